import { FleetManagerError } from "../errors.ts";
import type { LockOwner } from "./lock-owner.ts";

/** The state directory cannot be used: unreadable, unwritable, full, damaged or not a directory. */
export class StateDirectoryError extends FleetManagerError {
  readonly stateDir: string;

  constructor(message: string, options: { readonly stateDir: string; readonly cause?: unknown }) {
    const { stateDir, cause } = options;
    super(message, { code: "STATE_DIR", context: { stateDir }, cause });
    this.stateDir = stateDir;
  }
}

/** Whoever opened it to read wants to write. */
export function openForReadingOnly(stateDir: string): StateDirectoryError {
  return new StateDirectoryError(`State directory "${stateDir}" was opened for reading only.`, {
    stateDir,
  });
}

/** Another process runs the fleet of this state directory. */
export class StateLockedError extends FleetManagerError {
  readonly stateDir: string;
  readonly owner: LockOwner;

  constructor(stateDir: string, owner: LockOwner) {
    const who = owner.pid === 0 ? "another process" : `process ${owner.pid} on ${owner.host}`;
    const since = owner.startedAt === "" ? "" : ` since ${owner.startedAt}`;
    super(
      `State directory "${stateDir}" is in use by ${who}${since}. ` +
        "Stop that fleet first (`herdctl stop`), or choose another directory with `--state`.",
      { code: "STATE_LOCKED", context: { stateDir, owner } },
    );
    this.stateDir = stateDir;
    this.owner = owner;
  }
}

/** The store was written by a newer herdctl. */
export class StoreTooNewError extends FleetManagerError {
  constructor(stateDir: string, versions: { readonly found: number; readonly supported: number }) {
    super(
      `State directory "${stateDir}" has schema version ${versions.found}; this herdctl reads up to ` +
        `${versions.supported}. Update herdctl, or use another state directory.`,
      { code: "STORE_TOO_NEW", context: { stateDir, ...versions } },
    );
  }
}
