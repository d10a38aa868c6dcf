import { digestOfAll } from "./digest.ts";
import type { AgentOffer } from "./fetch-agent.ts";
import type { AgentFile } from "./source-entry.ts";

/** An agent from elsewhere that could be added, without what is in its files. */
export interface AgentPreview extends Omit<AgentOffer, "files"> {
  readonly files: readonly AgentFileInfo[];
  /** SHA-256 of all files with their paths and modes: what was looked at can be added, and nothing else. */
  readonly digest: string;
}

/** A file of an agent, for people to look at. */
export interface AgentFileInfo extends Omit<AgentFile, "content"> {
  /** Bytes. */
  readonly size: number;
}

/** What may be shown of an offer. */
export function toPreview({ files, ...offer }: AgentOffer): AgentPreview {
  return {
    ...offer,
    files: files.map(({ path, content, executable }) => {
      return { path, size: content.length, executable };
    }),
    digest: digestOfAll(files),
  };
}
