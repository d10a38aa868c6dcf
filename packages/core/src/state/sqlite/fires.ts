import type { Clock } from "../../clock.ts";
import type { FireFate, FireKey, FireRecord, FireStore, SkipReason } from "../store.ts";
import { type Connection, type Row, numberOf, textOf } from "./connection.ts";
import type { WriteQueue } from "./write-queue.ts";

// One row covers the instants from `due_ms` to `until_ms`; rows of a schedule never overlap.
export const firesSchema: string = `
CREATE TABLE fires (
  agent TEXT NOT NULL,
  schedule TEXT NOT NULL,
  due_ms INTEGER NOT NULL,
  until_ms INTEGER NOT NULL,
  n INTEGER NOT NULL,
  fate TEXT NOT NULL,
  reason TEXT,
  job_id TEXT,
  decided_ms INTEGER,
  PRIMARY KEY (agent, schedule, due_ms)
) WITHOUT ROWID;
CREATE INDEX fires_due ON fires (due_ms);`;

/** The ledger of due instants: reads at once, commands in the next group commit. */
export function createFireStore(
  connection: Connection,
  queue: WriteQueue,
  clock: Clock,
): FireStore {
  return {
    list: (filter) => listFires(connection, filter),
    last: (agentName, scheduleName) => lastFire(connection, agentName, scheduleName),
    claim: (keys) => queue.write(() => keys.filter((key) => claim(connection, key))),
    resolve: (key, fate) =>
      queue.write(() => resolve(connection, key, { ...fate, now: clock.now() })),
    cover: (range) => queue.write(() => cover(connection, range, clock.now())),
  };
}

/** Gives an instant its job; `false`: it has a fate already. */
export function markFired(
  connection: Connection,
  key: FireKey,
  fired: { readonly jobId: string; readonly now: string },
): boolean {
  claim(connection, key);
  return (
    connection.run(
      `UPDATE fires SET fate = 'fired', job_id = ?, decided_ms = ?
       WHERE agent = ? AND schedule = ? AND due_ms = ? AND fate = 'deciding'`,
      fired.jobId,
      Date.parse(fired.now),
      ...keyOf(key),
    ) === 1
  );
}

function claim(connection: Connection, key: FireKey): boolean {
  const [agent, schedule, due] = keyOf(key);
  return (
    connection.run(
      `INSERT INTO fires (agent, schedule, due_ms, until_ms, n, fate)
       SELECT ?1, ?2, ?3, ?3, 1, 'deciding' WHERE NOT EXISTS (${overlapping})`,
      agent,
      schedule,
      due,
      due,
    ) === 1
  );
}

// Rows do not overlap each other, so the last one that begins in time decides.
const overlapping = `
  SELECT 1 FROM (SELECT until_ms FROM fires WHERE agent = ?1 AND schedule = ?2 AND due_ms <= ?4
                 ORDER BY due_ms DESC LIMIT 1) WHERE until_ms >= ?3`;

interface Decision {
  readonly fate: "skipped" | "missed";
  readonly reason: SkipReason;
  readonly now: number;
}

function resolve(connection: Connection, key: FireKey, decision: Decision): boolean {
  const decided = connection.run(
    `UPDATE fires SET fate = ?, reason = ?, decided_ms = ?
     WHERE agent = ? AND schedule = ? AND due_ms = ? AND fate = 'deciding'`,
    decision.fate,
    decision.reason,
    decision.now,
    ...keyOf(key),
  );
  if (decided === 1) joinWithPrevious(connection, key, decision);
  return decided === 1;
}

type Range = Parameters<FireStore["cover"]>[0];

function cover(connection: Connection, range: Range, now: number): void {
  const [agent, schedule, due] = keyOf(range);
  const inserted = connection.run(
    `INSERT INTO fires (agent, schedule, due_ms, until_ms, n, fate, reason, decided_ms)
     SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE NOT EXISTS (${overlapping})`,
    agent,
    schedule,
    due,
    Date.parse(range.until),
    range.count,
    range.fate,
    range.reason,
    now,
  );
  if (inserted === 1) joinWithPrevious(connection, range, { ...range, now });
}

// Neighbours of the same fate share a row, or a schedule that skips every 5 s would fill the disk.
function joinWithPrevious(
  connection: Connection,
  key: FireKey,
  { fate, reason, now }: Decision,
): void {
  const place = keyOf(key);
  const row = connection.get(
    `SELECT until_ms, n FROM fires WHERE agent = ? AND schedule = ? AND due_ms = ?`,
    ...place,
  );
  const previous = connection.get(
    `SELECT due_ms, fate, reason FROM fires WHERE agent = ? AND schedule = ? AND due_ms < ?
     ORDER BY due_ms DESC LIMIT 1`,
    ...place,
  );
  if (previous?.["fate"] !== fate || previous["reason"] !== reason) return;
  connection.run("DELETE FROM fires WHERE agent = ? AND schedule = ? AND due_ms = ?", ...place);
  connection.run(
    `UPDATE fires SET until_ms = ?, n = n + ?, decided_ms = ?
     WHERE agent = ? AND schedule = ? AND due_ms = ?`,
    numberOf(row, "until_ms"),
    numberOf(row, "n"),
    now,
    key.agentName,
    key.scheduleName,
    numberOf(previous, "due_ms"),
  );
}

function listFires(
  connection: Connection,
  filter: Parameters<FireStore["list"]>[0],
): readonly FireRecord[] {
  return connection
    .all(
      `SELECT * FROM fires WHERE (?1 IS NULL OR agent = ?1) AND (?2 IS NULL OR schedule = ?2)
       ORDER BY due_ms DESC, agent, schedule LIMIT ?3`,
      filter.agentName ?? null,
      filter.scheduleName ?? null,
      filter.limit ?? -1,
    )
    .map(toFire);
}

function lastFire(
  connection: Connection,
  agentName: string,
  scheduleName: string,
): FireRecord | undefined {
  const row = connection.get(
    "SELECT * FROM fires WHERE agent = ? AND schedule = ? ORDER BY due_ms DESC LIMIT 1",
    agentName,
    scheduleName,
  );
  return row && toFire(row);
}

function toFire(row: Row): FireRecord {
  const { due_ms: due, until_ms: until, reason, job_id: jobId, decided_ms: decided } = row;
  return {
    agentName: textOf(row, "agent"),
    scheduleName: textOf(row, "schedule"),
    dueAt: toIso(numberOf(row, "due_ms")),
    fate: textOf(row, "fate") as FireFate,
    count: numberOf(row, "n"),
    ...(until !== due && { until: toIso(numberOf(row, "until_ms")) }),
    ...(typeof reason === "string" && { reason: reason as SkipReason }),
    ...(typeof jobId === "string" && { jobId }),
    ...(typeof decided === "number" && { decidedAt: toIso(decided) }),
  };
}

function keyOf({ agentName, scheduleName, dueAt }: FireKey): readonly [string, string, number] {
  return [agentName, scheduleName, Date.parse(dueAt)];
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
