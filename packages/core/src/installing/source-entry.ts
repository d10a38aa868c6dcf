/** Something in the folder that an agent comes from. */
export interface SourceEntry {
  /** From that folder on, with `/`. */
  readonly path: string;
  readonly kind: "file" | "link" | "repository" | "special";
  readonly executable: boolean;
}

/** A file of an agent. */
export interface AgentFile {
  /** From the agent's folder on, with `/`. */
  readonly path: string;
  readonly content: Buffer;
  readonly executable: boolean;
}

/** What a source has. */
export interface FetchedFiles {
  readonly files: readonly AgentFile[];
  /** Id of the commit that they are of. */
  readonly commit?: string;
}
