import type { ClaimRecord, ClaimStore } from "../claim-store.ts";
import type { JobHold } from "../store.ts";
import { type Connection, numberOf, type Row, textOf } from "./connection.ts";
import { readHeld } from "./job-rows.ts";
import type { WriteQueue } from "./write-queue.ts";

// A row without a job only counts failures.
export const claimsSchema: string = `
CREATE TABLE claims (
  key TEXT PRIMARY KEY,
  job_id TEXT,
  item_id TEXT NOT NULL,
  failures INTEGER NOT NULL,
  source TEXT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX claims_job ON claims (job_id) WHERE job_id IS NOT NULL;`;

/** Claims of work items: reads at once, commands in the next group commit. */
export function createClaimStore(connection: Connection, queue: WriteQueue): ClaimStore {
  return {
    claim: (hold, wanted) => queue.write(() => claim(connection, hold, wanted)),
    ofJob: (jobId) => {
      const row = connection.get("SELECT * FROM claims WHERE job_id = ?", jobId);
      return row && toClaim(row);
    },
    claimed: () =>
      new Set(
        connection
          .all("SELECT key FROM claims WHERE job_id IS NOT NULL")
          .map((row) => textOf(row, "key")),
      ),
    ended: () =>
      connection
        .all(
          `SELECT claims.* FROM claims LEFT JOIN jobs ON jobs.id = claims.job_id
           WHERE claims.job_id IS NOT NULL
           AND (jobs.id IS NULL OR jobs.status IN ('completed', 'failed', 'cancelled'))`,
        )
        .map(toClaim),
    settle: ({ key, jobId }, failures) =>
      queue.write(() => settle(connection, { key, jobId, failures })),
  };
}

function claim(
  connection: Connection,
  hold: JobHold,
  { key, itemId, source }: Parameters<ClaimStore["claim"]>[1],
): boolean {
  if (!readHeld(connection, hold)) return false;
  const other = connection.get("SELECT key FROM claims WHERE job_id = ?", hold.id);
  if (other) return textOf(other, "key") === key;
  const taken = connection.run(
    `INSERT INTO claims VALUES (?, ?, ?, 0, ?) ON CONFLICT (key) DO UPDATE
     SET job_id = excluded.job_id, item_id = excluded.item_id, source = excluded.source
     WHERE job_id IS NULL`,
    key,
    hold.id,
    itemId,
    JSON.stringify(source),
  );
  return taken > 0;
}

function settle(
  connection: Connection,
  { key, jobId, failures }: { key: string; jobId: string; failures: number },
): boolean {
  const changed =
    failures === 0
      ? connection.run("DELETE FROM claims WHERE key = ? AND job_id = ?", key, jobId)
      : connection.run(
          "UPDATE claims SET job_id = NULL, failures = ? WHERE key = ? AND job_id = ?",
          failures,
          key,
          jobId,
        );
  return changed > 0;
}

function toClaim(row: Row): ClaimRecord {
  return {
    key: textOf(row, "key"),
    jobId: textOf(row, "job_id"),
    itemId: textOf(row, "item_id"),
    failures: numberOf(row, "failures"),
    source: JSON.parse(textOf(row, "source")),
  };
}
