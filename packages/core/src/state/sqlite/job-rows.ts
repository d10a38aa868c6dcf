import type { JobRecord } from "../job-record.ts";
import type { JobHold } from "../store.ts";
import { type Connection, type Row, numberOf, textOf } from "./connection.ts";

// `seq` is the place in the queue and the order of history at once: a rowid is in every index for
// free, AUTOINCREMENT never gives the number of a deleted job again, and no clock can disturb it.
// `doc` is the record; the other columns repeat what statements select by.
export const jobsSchema: string = `
CREATE TABLE jobs (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  agent TEXT NOT NULL,
  schedule TEXT,
  trigger_type TEXT NOT NULL,
  status TEXT NOT NULL,
  priority INTEGER NOT NULL,
  began_ms INTEGER NOT NULL,
  finished_ms INTEGER,
  doc TEXT NOT NULL
);
CREATE INDEX jobs_agent ON jobs (agent);
CREATE INDEX jobs_status ON jobs (status);
CREATE INDEX jobs_agent_status ON jobs (agent, status);
CREATE INDEX jobs_queue ON jobs (priority DESC, seq) WHERE status = 'queued';
CREATE INDEX jobs_agent_queue ON jobs (agent, priority DESC, seq) WHERE status = 'queued';
CREATE INDEX jobs_agent_finished ON jobs (agent, seq) WHERE finished_ms IS NOT NULL;
CREATE INDEX jobs_finished ON jobs (finished_ms) WHERE finished_ms IS NOT NULL;`;

/** A record without its place in the queue, which the database gives. */
type StoredJob = Omit<JobRecord, "queueSeq">;

/** Reads a row that has `seq` and `doc`. */
export function toRecord(row: Row): JobRecord {
  const stored: StoredJob = JSON.parse(textOf(row, "doc"));
  return { ...stored, queueSeq: numberOf(row, "seq") };
}

/** The job with this id. */
export function readJob(connection: Connection, id: string): JobRecord | undefined {
  const row = connection.get("SELECT seq, doc FROM jobs WHERE id = ?", id);
  return row && toRecord(row);
}

/** The job, when it runs and this owner has not lost it. */
export function readHeld(connection: Connection, hold: JobHold): JobRecord | undefined {
  const job = readJob(connection, hold.id);
  return job?.status === "running" && job.fence === hold.fence ? job : undefined;
}

/** Jobs of an agent that wait, in the order of their creation. */
export function readWaiting(connection: Connection, agentName: string): readonly JobRecord[] {
  return connection
    .all("SELECT seq, doc FROM jobs WHERE agent = ? AND status = 'waiting' ORDER BY seq", agentName)
    .map(toRecord);
}

/** Adds a job at the end of its priority. */
export function insertJob(connection: Connection, job: StoredJob): JobRecord {
  connection.run(
    `INSERT INTO jobs (id, agent, schedule, trigger_type, status, priority, began_ms, doc)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    job.id,
    job.agentName,
    job.scheduleName ?? null,
    job.trigger,
    job.status,
    job.priority,
    began(job),
    JSON.stringify(job),
  );
  const row = connection.get("SELECT last_insert_rowid() AS seq");
  return { ...job, queueSeq: numberOf(row, "seq") };
}

/** Replaces a record whose status may have changed. */
export function replaceJob(connection: Connection, record: JobRecord): void {
  const { queueSeq, ...stored } = record;
  connection.run(
    "UPDATE jobs SET status = ?, priority = ?, began_ms = ?, finished_ms = ?, doc = ? WHERE seq = ?",
    record.status,
    record.priority,
    began(record),
    record.finishedAt === undefined ? null : Date.parse(record.finishedAt),
    JSON.stringify(stored),
    queueSeq,
  );
}

/** Replaces a record whose selected columns are as before. */
export function replaceDocument(connection: Connection, record: JobRecord): void {
  const { queueSeq, ...stored } = record;
  connection.run("UPDATE jobs SET doc = ? WHERE seq = ?", JSON.stringify(stored), queueSeq);
}

function began(job: StoredJob): number {
  return Date.parse(job.startedAt ?? job.createdAt);
}
