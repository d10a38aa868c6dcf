import { closeSync, openSync } from "node:fs";

/**
 * Makes the file of a database that is not there yet: SQLite would let others read it, and gives the files
 * beside it the same mode. One that is there is left alone, since whoever closes it ends the locks that
 * this process has on it.
 */
export function createPrivateFile(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch {
    // It is there; or SQLite says what is wrong.
  }
}
