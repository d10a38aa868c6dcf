import type { SQLInputValue } from "node:sqlite";
import { FleetManagerError } from "../../errors.ts";
import type { JobRecord, JobStatus } from "../job-record.ts";
import type { JobListFilter, JobPage } from "../store.ts";
import type { Connection } from "./connection.ts";
import { toRecord } from "./job-rows.ts";

interface Condition {
  readonly sql: string;
  readonly value: SQLInputValue;
}

/** A page of jobs, newest first. */
export function listJobs(connection: Connection, filter: JobListFilter): JobPage {
  const limit = filter.limit ?? Infinity;
  const conditions = conditionsOf(filter);
  const found = statusesOf(filter)
    .flatMap((status) => select(connection, withStatus(conditions, status), limit + 1))
    .toSorted((a, b) => b.queueSeq - a.queueSeq);
  const jobs = found.slice(0, limit);
  const last = jobs.at(-1);
  return { jobs, ...(last && found.length > limit && { nextCursor: String(last.queueSeq) }) };
}

// One query for each status, merged: an index gives the newest of one status, not of several.
function statusesOf({ status }: JobListFilter): readonly (JobStatus | undefined)[] {
  if (status === undefined) return [undefined];
  return typeof status === "string" ? [status] : [...new Set(status)];
}

function withStatus(
  conditions: readonly Condition[],
  status: JobStatus | undefined,
): readonly Condition[] {
  return status === undefined ? conditions : [...conditions, { sql: "status = ?", value: status }];
}

function select(
  connection: Connection,
  conditions: readonly Condition[],
  limit: number,
): readonly JobRecord[] {
  const where =
    conditions.length === 0 ? "" : `WHERE ${conditions.map(({ sql }) => sql).join(" AND ")}`;
  const sql = `SELECT seq, doc FROM jobs ${where} ORDER BY seq DESC LIMIT ?`;
  const values = conditions.map(({ value }) => value);
  // SQLite: a negative limit is none.
  return connection.all(sql, ...values, Number.isFinite(limit) ? limit : -1).map(toRecord);
}

function conditionsOf(filter: JobListFilter): readonly Condition[] {
  const conditions: Condition[] = [];
  const add = <T>(
    sql: string,
    given: T | undefined,
    convert: (given: T) => SQLInputValue,
  ): void => {
    if (given !== undefined) conditions.push({ sql, value: convert(given) });
  };
  add("agent = ?", filter.agentName, String);
  add("schedule = ?", filter.scheduleName, String);
  add("trigger_type = ?", filter.trigger, String);
  add("began_ms >= ?", filter.startedAfter, toMs);
  add("began_ms <= ?", filter.startedBefore, toMs);
  add(textCondition, filter.text, toPattern);
  add("seq < ?", filter.cursor, toSeq);
  return conditions;
}

const textCondition = `(doc ->> '$.prompt') || char(10) || coalesce(doc ->> '$.summary', '')
  || char(10) || coalesce(doc ->> '$.error.message', '') LIKE ? ESCAPE '\\'`;

function toPattern(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}

function toMs(time: string): number {
  const ms = Date.parse(time);
  if (!Number.isNaN(ms)) return ms;
  throw new FleetManagerError(`"${time}" is not an ISO time.`, { code: "INVALID_REQUEST" });
}

function toSeq(cursor: string): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new FleetManagerError(`"${cursor}" is not a cursor that a list of jobs gave.`, {
    code: "INVALID_REQUEST",
  });
}
