import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { StateDirectoryError } from "../errors.ts";
import { Connection } from "./connection.ts";
import { isBusy, isInaccessible, toStateError } from "./failure.ts";
import { migrate, requireCurrent } from "./migrations.ts";
import { createPrivateFile } from "./private-file.ts";

const storeFile = "herdctl.db";
// SQLite waits in the thread, so briefly: longer waits are asynchronous.
const busyTimeout = 20;
const openAttempts = 200;

/** Opens the store for reading and writing, creating or upgrading it. */
export async function openForWriting(stateDir: string): Promise<Connection> {
  const path = join(stateDir, storeFile);
  for (let attempt = 1; ; attempt++) {
    const connection = connect(stateDir, () => {
      createPrivateFile(path);
      return new DatabaseSync(path, { timeout: busyTimeout });
    });
    try {
      // auto_vacuum has an effect only before the first table exists.
      connection.script(
        "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL",
      );
      await migrate(connection);
      return connection;
    } catch (error) {
      connection.close();
      // Two processes that create the store at once: SQLite does not wait when it changes to WAL.
      if (!isBusy(error) || attempt === openAttempts) throw error;
      await setTimeout(busyTimeout);
    }
  }
}

/** Opens the store for reading, wherever it can be read; one that does not exist is empty. */
export async function openForReading(stateDir: string): Promise<Connection> {
  const files = await readdir(stateDir);
  if (!files.includes(storeFile)) return openEmpty(stateDir);
  const connection = openReadable(stateDir, { hasLog: files.includes(`${storeFile}-wal`) });
  try {
    requireCurrent(connection);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Opens the store, of whatever age, to look at it: where nobody else has it open, not even a file beside it is made. */
export async function openUntouched(stateDir: string): Promise<Connection> {
  const files = await readdir(stateDir);
  if (!files.includes(storeFile)) return openEmpty(stateDir);
  if (files.includes(`${storeFile}-wal`)) return openReadable(stateDir, { hasLog: true });
  return probed(stateDir, unchanging(stateDir));
}

async function openEmpty(stateDir: string): Promise<Connection> {
  const connection = new Connection(new DatabaseSync(":memory:"), stateDir);
  await migrate(connection);
  return connection;
}

// In WAL mode even a reader writes beside the file. Where it may not, SQLite reads the file as it
// is, which is right only when nobody writes: when there is no log.
function openReadable(stateDir: string, { hasLog }: { readonly hasLog: boolean }): Connection {
  const path = join(stateDir, storeFile);
  try {
    return probed(stateDir, path);
  } catch (error) {
    const cause = error instanceof StateDirectoryError ? error.cause : error;
    if (!isInaccessible(cause)) throw error;
    if (!hasLog) return probed(stateDir, unchanging(stateDir));
    throw new StateDirectoryError(
      `State directory "${stateDir}" cannot be written, and its store was not closed cleanly, so it ` +
        "cannot be read there. Copy the directory to a place where you may write and read the copy.",
      { stateDir, cause },
    );
  }
}

function unchanging(stateDir: string): URL {
  return new URL(`${pathToFileURL(join(stateDir, storeFile)).href}?immutable=1`);
}

function probed(stateDir: string, location: string | URL): Connection {
  const options = { readOnly: true, timeout: busyTimeout };
  const connection = connect(stateDir, () => new DatabaseSync(location, options));
  try {
    connection.get("SELECT count(*) FROM sqlite_schema");
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function connect(stateDir: string, open: () => DatabaseSync): Connection {
  try {
    return new Connection(open(), stateDir);
  } catch (error) {
    throw toStateError(error, stateDir);
  }
}
