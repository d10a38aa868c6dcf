import type { MemoryEntry, MemoryStore } from "../memory-store.ts";
import { type Connection, type Row, numberOf, textOf } from "./connection.ts";
import type { WriteQueue } from "./write-queue.ts";

export const memorySchema: string = `
CREATE TABLE memory (
  agent TEXT NOT NULL,
  key TEXT NOT NULL,
  text TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (agent, key)
);`;

/** What agents remember. */
export function createMemoryStore(connection: Connection, queue: WriteQueue): MemoryStore {
  return {
    get: (agentName, key) => {
      const row = connection.get(
        "SELECT * FROM memory WHERE agent = ? AND key = ?",
        agentName,
        key,
      );
      return row && toEntry(row);
    },
    list: (agentName, search) => {
      const entries = connection
        .all("SELECT * FROM memory WHERE agent = ? ORDER BY key", agentName)
        .map(toEntry);
      if (search === undefined) return entries;
      // SQLite knows the case of ASCII only.
      const wanted = search.toLowerCase();
      return entries.filter(({ key, text }) => `${key}\n${text}`.toLowerCase().includes(wanted));
    },
    put: (agentName, entry, most) => queue.write(() => put(connection, agentName, { entry, most })),
    forget: (agentName, key) =>
      queue.write(() =>
        connection.run(
          "DELETE FROM memory WHERE agent = ?1 AND (?2 IS NULL OR key = ?2)",
          agentName,
          key ?? null,
        ),
      ),
  };
}

function put(
  connection: Connection,
  agentName: string,
  { entry, most }: { readonly entry: MemoryEntry; readonly most: number },
): boolean {
  const others = numberOf(
    connection.get(
      "SELECT count(*) AS n FROM memory WHERE agent = ? AND key <> ?",
      agentName,
      entry.key,
    ),
    "n",
  );
  if (others >= most) return false;
  connection.run(
    `INSERT INTO memory VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET text = excluded.text, updated_at = excluded.updated_at`,
    agentName,
    entry.key,
    entry.text,
    entry.updatedAt,
  );
  return true;
}

function toEntry(row: Row): MemoryEntry {
  return {
    key: textOf(row, "key"),
    text: textOf(row, "text"),
    updatedAt: textOf(row, "updated_at"),
  };
}
