/** Configurations that jobs ran with, each stored once. Plain JSON without secrets. */
export interface SnapshotStore {
  get(hash: string): unknown;
  /** Resolves with the hash to find it by. */
  save(value: unknown): Promise<string>;
}
