import type { Actor, AuditListFilter, AuditRecord, AuditStore } from "../audit-store.ts";
import { type Connection, type Row, numberOf, textOf } from "./connection.ts";
import type { WriteQueue } from "./write-queue.ts";

export const auditSchema: string = `
CREATE TABLE audit (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  operation TEXT NOT NULL,
  agent TEXT,
  schedule TEXT,
  job_id TEXT,
  approval_id TEXT,
  via TEXT NOT NULL,
  access TEXT,
  address TEXT,
  outcome TEXT,
  new_job_id TEXT
);
CREATE INDEX audit_at ON audit (at);`;

export const auditSourceSchema: string = "ALTER TABLE audit ADD COLUMN source TEXT;";

// As for jobs: a slice at a time, so that nobody waits.
const slice = 500;

/** Who asked for what. */
export function createAuditStore(connection: Connection, queue: WriteQueue): AuditStore {
  return {
    list: (filter) => list(connection, filter),
    begin: (entry) => queue.write(() => begin(connection, entry)),
    end: (seq, { outcome, newJobId, agentName }) =>
      queue.write(() => {
        connection.run(
          "UPDATE audit SET outcome = ?, new_job_id = ?, agent = coalesce(?, agent) WHERE seq = ?",
          outcome ?? null,
          newJobId ?? null,
          agentName ?? null,
          seq,
        );
      }),
    prune: (before) =>
      queue.write(() =>
        connection.run(
          "DELETE FROM audit WHERE seq IN (SELECT seq FROM audit WHERE at < ? LIMIT ?)",
          before,
          slice,
        ),
      ),
  };
}

function list(connection: Connection, filter: AuditListFilter): readonly AuditRecord[] {
  return connection
    .all(
      `SELECT * FROM audit WHERE (?1 IS NULL OR operation = ?1) AND (?2 IS NULL OR agent = ?2)
         AND (?3 IS NULL OR job_id = ?3 OR new_job_id = ?3) AND (?4 IS NULL OR at >= ?4)
         AND (?5 IS NULL OR seq < ?5)
       ORDER BY seq DESC LIMIT ?6`,
      filter.operation ?? null,
      filter.agentName ?? null,
      filter.jobId ?? null,
      filter.since ?? null,
      filter.before ?? null,
      // SQLite: a negative limit is none.
      filter.limit ?? -1,
    )
    .map(toRecord);
}

function begin(connection: Connection, entry: Parameters<AuditStore["begin"]>[0]): number {
  const { actor } = entry;
  const row = connection.get(
    `INSERT INTO audit
       (at, operation, agent, schedule, job_id, approval_id, source, via, access, address)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq`,
    entry.at,
    entry.operation,
    entry.agentName ?? null,
    entry.scheduleName ?? null,
    entry.jobId ?? null,
    entry.approvalId ?? null,
    entry.source ?? null,
    actor.via,
    actor.access ?? null,
    actor.address ?? null,
  );
  return numberOf(row, "seq");
}

function toRecord(row: Row): AuditRecord {
  return {
    seq: numberOf(row, "seq"),
    at: textOf(row, "at"),
    operation: textOf(row, "operation"),
    ...optional(row, "agent", "agentName"),
    ...optional(row, "schedule", "scheduleName"),
    ...optional(row, "job_id", "jobId"),
    ...optional(row, "approval_id", "approvalId"),
    ...optional(row, "source", "source"),
    actor: {
      via: textOf(row, "via"),
      ...optional(row, "access", "access"),
      ...optional(row, "address", "address"),
    } as Actor,
    ...optional(row, "outcome", "outcome"),
    ...optional(row, "new_job_id", "newJobId"),
  };
}

function optional<Key extends string>(
  row: Row,
  column: string,
  key: Key,
): Partial<Record<Key, string>> {
  if (row[column] === null) return {};
  return { [key]: textOf(row, column) } as Record<Key, string>;
}
