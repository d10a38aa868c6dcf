import { isFinal } from "../job-record.ts";
import type { JobHold, SessionRecord, SessionStore } from "../store.ts";
import { type Connection, type Row, textOf } from "./connection.ts";
import { readHeld, readJob } from "./job-rows.ts";
import type { WriteQueue } from "./write-queue.ts";

// `saved` orders the sessions of a scope: the last one saved continues it, whatever clocks say.
export const sessionsSchema: string = `
CREATE TABLE sessions (
  session_id TEXT PRIMARY KEY,
  agent TEXT NOT NULL,
  scope TEXT NOT NULL,
  saved INTEGER NOT NULL UNIQUE,
  doc TEXT NOT NULL
);
CREATE INDEX sessions_scope ON sessions (agent, scope, saved);
CREATE TABLE session_leases (
  session_id TEXT PRIMARY KEY,
  job_id TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX session_leases_job ON session_leases (job_id);`;

// SQLite: a negative limit is none.
const everything = -1;

/** Sessions and their leases: reads at once, commands in the next group commit. */
export function createSessionStore(connection: Connection, queue: WriteQueue): SessionStore {
  return {
    get: (sessionId) => {
      const row = connection.get("SELECT doc FROM sessions WHERE session_id = ?", sessionId);
      return row && toSession(row);
    },
    current: (agentName, scope) => {
      const row = connection.get(
        "SELECT doc FROM sessions WHERE agent = ? AND scope = ? ORDER BY saved DESC LIMIT 1",
        agentName,
        scope,
      );
      return row && toSession(row);
    },
    list: (agentName, limit = everything) =>
      connection
        .all(
          "SELECT doc FROM sessions WHERE agent = ? ORDER BY saved DESC LIMIT ?",
          agentName,
          limit,
        )
        .map(toSession),
    save: (record) => queue.write(() => saveSession(connection, record)),
    lease: (sessionId, hold) => queue.write(() => lease(connection, sessionId, hold)),
  };
}

/** Creates or replaces a session; it becomes the one that its scope continues. */
export function saveSession(connection: Connection, record: SessionRecord): void {
  connection.run(
    `INSERT INTO sessions SELECT ?, ?, ?, coalesce(max(saved), 0) + 1, ? FROM sessions WHERE true
     ON CONFLICT (session_id) DO UPDATE
     SET agent = excluded.agent, scope = excluded.scope, saved = excluded.saved, doc = excluded.doc`,
    record.sessionId,
    record.agentName,
    record.scope,
    JSON.stringify(record),
  );
}

/** Frees the sessions of a job that is over. */
export function endLeases(connection: Connection, jobId: string): void {
  connection.run("DELETE FROM session_leases WHERE job_id = ?", jobId);
}

function lease(connection: Connection, sessionId: string, hold: JobHold): boolean {
  if (!readHeld(connection, hold)) return false;
  const row = connection.get("SELECT job_id FROM session_leases WHERE session_id = ?", sessionId);
  const holder = row && readJob(connection, textOf(row, "job_id"));
  if (holder && holder.id !== hold.id && !isFinal(holder.status)) return false;
  connection.run(
    `INSERT INTO session_leases VALUES (?, ?)
     ON CONFLICT DO UPDATE SET job_id = excluded.job_id`,
    sessionId,
    hold.id,
  );
  return true;
}

function toSession(row: Row): SessionRecord {
  return JSON.parse(textOf(row, "doc"));
}
