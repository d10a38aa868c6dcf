import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout } from "node:timers/promises";
import { isBusy, isInaccessible, toStateError } from "./failure.ts";
import { createPrivateFile } from "./private-file.ts";

const lockFile = (stateDir: string): string => join(stateDir, "lock.db");

// Somebody who only asks whether the lock is free holds it for microseconds.
const attempts = 10;
const pause = 20;

/**
 * The lock of a state directory: an exclusive transaction on a database of its own. The kernel ends
 * it with the process, however that ends. Nothing but SQLite may ever open that file, since closing
 * any descriptor of it would end the lock.
 */
export class StateLock {
  readonly #database: DatabaseSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** `undefined`: another process, or another part of this one, holds it. */
  static async take(stateDir: string): Promise<StateLock | undefined> {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const lock = tryTake(stateDir);
      if (lock) return new StateLock(lock);
      await setTimeout(pause);
    }
    return undefined;
  }

  release(): void {
    this.#database.close();
  }
}

/** Tells whether somebody holds the lock, without taking it. */
export function isLocked(stateDir: string): boolean {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(lockFile(stateDir), { readOnly: true, timeout: 0 });
    database.prepare("SELECT count(*) FROM sqlite_schema").get();
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    // No such file: nobody has ever taken it.
    if (isInaccessible(error)) return false;
    throw toStateError(error, stateDir);
  } finally {
    database?.close();
  }
}

function tryTake(stateDir: string): DatabaseSync | undefined {
  let database: DatabaseSync | undefined;
  try {
    createPrivateFile(lockFile(stateDir));
    database = new DatabaseSync(lockFile(stateDir), { timeout: 0 });
    database.exec("BEGIN EXCLUSIVE");
    return database;
  } catch (error) {
    database?.close();
    if (isBusy(error)) return undefined;
    throw toStateError(error, stateDir);
  }
}
