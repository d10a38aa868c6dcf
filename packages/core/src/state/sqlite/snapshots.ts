import { createHash } from "node:crypto";
import type { SnapshotStore } from "../snapshot-store.ts";
import { type Connection, textOf } from "./connection.ts";
import type { WriteQueue } from "./write-queue.ts";

// Jobs of one configuration share a row.
export const snapshotsSchema: string = `
CREATE TABLE snapshots (hash TEXT PRIMARY KEY, doc TEXT NOT NULL) WITHOUT ROWID;`;

/** Configurations that jobs ran with. */
export function createSnapshotStore(connection: Connection, queue: WriteQueue): SnapshotStore {
  return {
    get: (hash) => {
      const row = connection.get("SELECT doc FROM snapshots WHERE hash = ?", hash);
      return row && JSON.parse(textOf(row, "doc"));
    },
    save: async (value) => {
      const doc = JSON.stringify(value);
      const hash = createHash("sha256").update(doc).digest("base64url").slice(0, 22);
      // Nearly every job finds its configuration stored.
      if (!connection.get("SELECT 1 FROM snapshots WHERE hash = ?", hash)) {
        await queue.write(() => {
          connection.run("INSERT INTO snapshots VALUES (?, ?) ON CONFLICT DO NOTHING", hash, doc);
        });
      }
      return hash;
    },
  };
}
