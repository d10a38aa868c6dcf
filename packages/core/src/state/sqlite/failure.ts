import { messageOf } from "../../errors.ts";
import { StateDirectoryError } from "../errors.ts";

// https://sqlite.org/rescode.html: the low byte of an extended code is the primary one.
const codes = {
  permission: 3,
  busy: 5,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
} as const;

/** SQLite's primary result code, or `undefined` when the error is not SQLite's. */
function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error)) return undefined;
  return typeof error.errcode === "number" ? error.errcode & 0xff : undefined;
}

/** Another process holds the write lock. */
export function isBusy(error: unknown): boolean {
  return primaryCode(error) === codes.busy;
}

/** SQLite cannot open the file, or cannot write where it must even for reading. */
export function isInaccessible(error: unknown): boolean {
  const code = primaryCode(error);
  return code === codes.cannotOpen || code === codes.readOnly || code === codes.permission;
}

/** Failures of disk and file become a {@link StateDirectoryError} with a remedy; others stay as they are. */
export function toStateError(error: unknown, stateDir: string): unknown {
  const remedy = remedyFor(primaryCode(error), stateDir);
  if (remedy === undefined) return error;
  return new StateDirectoryError(`${remedy} (${messageOf(error)})`, { stateDir, cause: error });
}

function remedyFor(code: number | undefined, stateDir: string): string | undefined {
  switch (code) {
    case codes.full:
      return `The disk that holds state directory "${stateDir}" is full: nothing was changed. Free some space and try again.`;
    case codes.ioError:
      return `Reading or writing in state directory "${stateDir}" failed. Check the disk and its free space.`;
    case codes.readOnly:
    case codes.permission:
      return `State directory "${stateDir}" cannot be written. Check its owner, its permissions and how its disk is mounted.`;
    case codes.cannotOpen:
      return `The store in state directory "${stateDir}" cannot be opened. Check its owner and its permissions.`;
    case codes.corrupt:
    case codes.notADatabase:
      return `The store in state directory "${stateDir}" is damaged. Restore "herdctl.db" from a backup, or move it away to start afresh.`;
    default:
      return undefined;
  }
}
