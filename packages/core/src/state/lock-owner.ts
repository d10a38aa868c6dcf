import { readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";

/** Who runs the fleet of a state directory. */
export interface LockOwner {
  /** 0 when the owner has not said yet. */
  readonly pid: number;
  /** ISO time at which it took the lock; empty when the owner has not said yet. */
  readonly startedAt: string;
  readonly host: string;
  /** Control socket; absent when the owner offers none. */
  readonly socketPath?: string;
}

// The lock itself is a SQLite file, which nothing but SQLite may open and close: POSIX locks end
// with any close of the file in their process. So what is to be read about the owner stands here.
const ownerFile = (stateDir: string): string => join(stateDir, "owner.json");

/** Says who holds the lock. */
export function writeLockOwner(stateDir: string, owner: LockOwner): void {
  writeFileAtomic.sync(ownerFile(stateDir), `${JSON.stringify(owner)}\n`, { mode: 0o600 });
}

/** What the holder of the lock said about itself. Meaningless while nobody holds the lock. */
export function readLockOwner(stateDir: string): LockOwner {
  const unknown: LockOwner = { pid: 0, startedAt: "", host: hostname() };
  try {
    const said: Partial<LockOwner> = JSON.parse(readFileSync(ownerFile(stateDir), "utf8"));
    return { ...unknown, ...said };
  } catch {
    return unknown;
  }
}

/** Forgets what a holder said that gives the lock back. */
export function removeLockOwner(stateDir: string): void {
  rmSync(ownerFile(stateDir), { force: true });
}
