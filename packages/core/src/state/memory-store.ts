/** Something that an agent wants to know in later jobs. */
export interface MemoryEntry {
  readonly key: string;
  readonly text: string;
  /** ISO time. */
  readonly updatedAt: string;
}

/** What agents remember over jobs and sessions, by qualified agent name. */
export interface MemoryStore {
  get(agentName: string, key: string): MemoryEntry | undefined;
  /** Ordered by key; with `search`, only those that have it in key or text, in any case. */
  list(agentName: string, search?: string): readonly MemoryEntry[];
  /** Creates or replaces an entry; `false`: it would be one more than `most`. */
  put(agentName: string, entry: MemoryEntry, most: number): Promise<boolean>;
  /** Forgets one entry, or without a key all of them; resolves with how many. */
  forget(agentName: string, key?: string): Promise<number>;
}
