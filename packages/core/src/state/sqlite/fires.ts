import type { Clock } from "../../clock.ts";
import type {
  FireClaim,
  FireKey,
  FireRecord,
  FireStore,
  FiringClaim,
  OpenFire,
  SkipReason,
} from "../store.ts";
import { type Connection, numberOf } from "./connection.ts";
import { listFires } from "./fire-list.ts";
import { placeOf, toFire, toUndecided } from "./fire-rows.ts";
import { readJob } from "./job-rows.ts";
import { pruneFires } from "./prune-fires.ts";
import { putSchedule } from "./schedules.ts";
import type { WriteQueue } from "./write-queue.ts";

// One row covers the instants from `due_ms` to `until_ms`; rows of a schedule and era never overlap.
export const firesSchema: string = `
CREATE TABLE fires (
  agent TEXT NOT NULL,
  schedule TEXT NOT NULL,
  era INTEGER NOT NULL,
  due_ms INTEGER NOT NULL,
  until_ms INTEGER NOT NULL,
  n INTEGER NOT NULL,
  fate TEXT NOT NULL,
  reason TEXT,
  job_id TEXT,
  decided_ms INTEGER,
  owner TEXT,
  fence INTEGER NOT NULL,
  PRIMARY KEY (agent, schedule, era, due_ms)
) WITHOUT ROWID;
CREATE INDEX fires_due ON fires (due_ms);
CREATE INDEX fires_undecided ON fires (due_ms) WHERE fate = 'deciding';
CREATE INDEX fires_job ON fires (job_id) WHERE job_id IS NOT NULL;`;

/** The ledger of due instants: reads at once, commands in the next group commit. */
export function createFireStore(
  connection: Connection,
  queue: WriteQueue,
  clock: Clock,
): FireStore {
  return {
    list: (filter) => listFires(connection, filter),
    last: (agentName, scheduleName) => lastFire(connection, agentName, scheduleName),
    prune: (before) => queue.write(() => pruneFires(connection, before)),
    undecided: () =>
      connection
        .all("SELECT * FROM fires WHERE fate = 'deciding' ORDER BY due_ms, agent, schedule")
        .map(toUndecided),
    claim: (keys, owner) =>
      queue.write(() =>
        keys.flatMap((key) => (claim(connection, key, owner) ? { ...key, fence: 1 } : [])),
      ),
    takeOver: (held, owner) =>
      queue.write(() =>
        setOwner(connection, held, owner) ? { ...held, fence: held.fence + 1 } : undefined,
      ),
    release: (held) => queue.write(() => void setOwner(connection, held, null)),
    resolve: (fire, fate) =>
      queue.write(() => resolve(connection, fire, { ...fate, now: clock.now() })),
    supersede: (fire, jobId) =>
      queue.write(() => supersede(connection, fire, { jobId, now: clock.now() })),
    cover: (range) => queue.write(() => cover(connection, range, { ...range, now: clock.now() })),
  };
}

/** Gives an instant its job; `false`: it has a fate or another owner. */
export function markFired(
  connection: Connection,
  fire: FiringClaim,
  fired: { readonly jobId: string; readonly now: number },
): boolean {
  if (!decide(connection, fire, { fate: "fired", ...fired })) return false;
  const { agentName, scheduleName, dueAt, gateValue } = fire;
  putSchedule(connection, {
    agentName,
    scheduleName,
    lastFireAt: dueAt,
    lastJobId: fired.jobId,
    ...(gateValue !== undefined && { gateValue }),
  });
  return true;
}

function claim(connection: Connection, key: FireKey, owner: string): boolean {
  const [agent, schedule, era, due] = placeOf(key);
  return (
    connection.run(
      `INSERT INTO fires (agent, schedule, era, due_ms, until_ms, n, fate, owner, fence)
       SELECT ?1, ?2, ?3, ?4, ?4, 1, 'deciding', ?6, 1 WHERE NOT EXISTS (${overlapping})`,
      agent,
      schedule,
      era,
      due,
      due,
      owner,
    ) === 1
  );
}

// Rows do not overlap each other, so the last one that begins in time decides.
const overlapping = `
  SELECT 1 FROM (SELECT until_ms FROM fires
                 WHERE agent = ?1 AND schedule = ?2 AND era = ?3 AND due_ms <= ?5
                 ORDER BY due_ms DESC LIMIT 1) WHERE until_ms >= ?4`;

function setOwner(connection: Connection, held: FireClaim, owner: string | null): boolean {
  return (
    connection.run(
      `UPDATE fires SET owner = ?, fence = fence + 1
       WHERE ${undecidedAt}`,
      owner,
      ...placeOf(held),
      held.fence,
    ) === 1
  );
}

interface Fate {
  readonly fate: "fired" | "skipped" | "missed";
  readonly reason?: SkipReason;
  readonly jobId?: string;
  readonly now: number;
}

interface Decision extends Fate {
  readonly fate: "skipped" | "missed";
  readonly reason: SkipReason;
}

function resolve(connection: Connection, fire: OpenFire, decision: Decision): boolean {
  const isDecided = decide(connection, fire, decision);
  if (isDecided) joinWithPrevious(connection, fire, decision);
  return isDecided;
}

// What nobody has claimed gets its row and its fate at once.
function decide(connection: Connection, fire: OpenFire, fate: Fate): boolean {
  if (fire.fence === undefined) {
    return insertRow(connection, { ...fire, until: fire.dueAt, count: 1 }, fate);
  }
  const changed = connection.run(
    `UPDATE fires SET fate = ?, reason = ?, job_id = ?, decided_ms = ?
     WHERE ${undecidedAt}`,
    ...columnsOf(fate),
    ...placeOf(fire),
    fire.fence,
  );
  return changed === 1;
}

function columnsOf(fate: Fate): readonly [Fate["fate"], string | null, string | null, number] {
  return [fate.fate, fate.reason ?? null, fate.jobId ?? null, fate.now];
}

function supersede(
  connection: Connection,
  fire: OpenFire,
  { jobId, now }: { readonly jobId: string; readonly now: number },
): boolean {
  const job = readJob(connection, jobId);
  if (job?.status !== "queued" || job.attempt > 0) return false;
  const earlier = connection.get("SELECT * FROM fires WHERE job_id = ?", jobId);
  if (!earlier || !markFired(connection, fire, { jobId, now })) return false;
  const decision = { fate: "skipped", reason: "superseded", now } as const;
  const key = toFire(earlier);
  connection.run(
    `UPDATE fires SET fate = ?, reason = ?, decided_ms = ?, job_id = NULL
     WHERE ${at}`,
    decision.fate,
    decision.reason,
    now,
    ...placeOf(key),
  );
  joinWithPrevious(connection, key, decision);
  return true;
}

type Range = FireKey & { readonly until: string; readonly count: number };

function cover(connection: Connection, range: Range, decision: Decision): boolean {
  const isOurs = insertRow(connection, range, decision);
  if (isOurs) joinWithPrevious(connection, range, decision);
  return isOurs;
}

function insertRow(connection: Connection, range: Range, fate: Fate): boolean {
  const inserted = connection.run(
    `INSERT INTO fires
       (agent, schedule, era, due_ms, until_ms, n, fate, reason, job_id, decided_ms, fence)
     SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0 WHERE NOT EXISTS (${overlapping})`,
    ...placeOf(range),
    Date.parse(range.until),
    range.count,
    ...columnsOf(fate),
  );
  return inserted === 1;
}

// Neighbours of the same fate share a row, or a schedule that skips every 5 s would fill the disk.
function joinWithPrevious(
  connection: Connection,
  key: FireKey,
  { fate, reason, now }: Decision,
): void {
  const place = placeOf(key);
  const row = connection.get(`SELECT until_ms, n FROM fires WHERE ${at}`, ...place);
  const previous = connection.get(
    `SELECT due_ms, fate, reason FROM fires
     WHERE agent = ? AND schedule = ? AND era = ? AND due_ms < ? ORDER BY due_ms DESC LIMIT 1`,
    ...place,
  );
  if (previous?.["fate"] !== fate || previous["reason"] !== reason) return;
  const [agent, schedule, era] = place;
  connection.run(`DELETE FROM fires WHERE ${at}`, ...place);
  connection.run(
    `UPDATE fires SET until_ms = ?, n = n + ?, decided_ms = ? WHERE ${at}`,
    numberOf(row, "until_ms"),
    numberOf(row, "n"),
    now,
    agent,
    schedule,
    era,
    numberOf(previous, "due_ms"),
  );
}

const at = "agent = ? AND schedule = ? AND era = ? AND due_ms = ?";
const undecidedAt = `${at} AND fate = 'deciding' AND fence = ?`;

function lastFire(
  connection: Connection,
  agentName: string,
  scheduleName: string,
): FireRecord | undefined {
  const row = connection.get(
    "SELECT * FROM fires WHERE agent = ? AND schedule = ? ORDER BY era DESC, due_ms DESC LIMIT 1",
    agentName,
    scheduleName,
  );
  return row && toFire(row);
}
