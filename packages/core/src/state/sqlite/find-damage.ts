import { refuseNewer } from "./migrations.ts";
import { openUntouched } from "./open-connection.ts";

/**
 * What SQLite finds wrong with the store of a state directory; nothing where it is whole.
 *
 * @throws {StateDirectoryError} `STATE_DIR` when it cannot be read at all.
 * @throws {StoreTooNewError} `STORE_TOO_NEW` when a newer herdctl wrote it.
 */
export async function findDamage(stateDir: string): Promise<string | undefined> {
  const connection = await openUntouched(stateDir);
  try {
    refuseNewer(connection);
    const said = Object.values(connection.get("PRAGMA quick_check(1)") ?? {})[0];
    return said === "ok" ? undefined : String(said);
  } finally {
    connection.close();
  }
}
