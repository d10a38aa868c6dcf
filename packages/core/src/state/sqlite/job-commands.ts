import { FleetManagerError } from "../../errors.ts";
import { type JobRecord, type JobStatus, isFinal } from "../job-record.ts";
import type {
  FinishJob,
  FiringClaim,
  JobHold,
  JobPatch,
  JobStore,
  NewJob,
  PlannedJob,
  SessionRecord,
} from "../store.ts";
import { mayEnd, mayMove } from "../transitions.ts";
import { readApproval, settle, withdraw } from "./approval-rows.ts";
import type { Connection } from "./connection.ts";
import { markFired } from "./fires.ts";
import {
  insertJob,
  readHeld,
  readJob,
  readWaiting,
  replaceDocument,
  replaceJob,
  toRecord,
} from "./job-rows.ts";
import { endLeases, saveSession } from "./sessions.ts";
import { countInFlight } from "./totals.ts";
import { addUsage } from "./usage.ts";

interface Enqueue {
  readonly job: NewJob;
  readonly fire?: FiringClaim;
  readonly limit?: number;
  readonly now: string;
}

/** – → queued, with the fire that asked for it. */
export function enqueue(
  connection: Connection,
  { job, fire, limit, now }: Enqueue,
): JobRecord | undefined {
  if (limit !== undefined && countInFlight(connection, job.agentName) >= limit) return undefined;
  if (readJob(connection, job.id)) {
    throw new FleetManagerError(`There is a job "${job.id}" already.`, {
      code: "INVALID_REQUEST",
      context: { jobId: job.id },
    });
  }
  if (fire && !markFired(connection, fire, { jobId: job.id, now: Date.parse(now) }))
    return undefined;
  return insertJob(connection, { ...job, status: "queued", createdAt: now, attempt: 0, fence: 0 });
}

interface EnqueueLater {
  readonly job: NewJob;
  readonly wakeAt: string;
  readonly now: string;
}

/** – → waiting, in place of what was planned before. */
export function enqueueLater(
  connection: Connection,
  { job, wakeAt, now }: EnqueueLater,
): PlannedJob {
  const known = readJob(connection, job.id);
  if (known) return { job: known };
  const earlier = readWaiting(connection, job.agentName).find(
    ({ waitingFor, scheduleName }) => waitingFor === "time" && scheduleName === job.scheduleName,
  );
  if (earlier) endCancelled(connection, earlier, { cause: "replaced", now });
  const wait = { status: "waiting", waitingFor: "time", wakeAt } as const;
  const planned = insertJob(connection, { ...job, ...wait, createdAt: now, attempt: 0, fence: 0 });
  return { job: planned, ...(earlier && { replaced: earlier.id }) };
}

/** Changes fields of a running job. */
export function update(connection: Connection, hold: JobHold, patch: JobPatch): boolean {
  const job = readHeld(connection, hold);
  if (!job) return false;
  replaceJob(connection, { ...job, ...patch });
  return true;
}

type Park = Parameters<JobStore["park"]>[1] & { readonly now: string };

/** running → waiting. What was asked to end meanwhile has no process now: it is cancelled here. */
export function park(connection: Connection, hold: JobHold, { now, ...wait }: Park): boolean {
  const job = readHeld(connection, hold);
  if (!job) return false;
  const earlier = without(job, "leaseUntil", "slot", "process", "launch", "approvalId");
  const parked: JobRecord = {
    ...earlier,
    ...wait,
    ...(isAnswered(connection, wait) && { wakeAt: now }),
  };
  withdraw(connection, job.id, wait.approvalId);
  addUsage(connection, { agentName: job.agentName, now, before: job.usage, after: parked.usage });
  if (job.cancelCause === undefined) move(connection, parked, "waiting");
  else endCancelled(connection, parked, { cause: job.cancelCause, now });
  return true;
}

// Its claude may have given up waiting in the moment in which somebody answered.
function isAnswered(
  connection: Connection,
  { approvalId }: Pick<JobRecord, "approvalId">,
): boolean {
  return approvalId !== undefined && readApproval(connection, approvalId)?.status !== "pending";
}

/** waiting → queued; the place in the queue is part of the record and stays. */
export function wake(connection: Connection, id: string, now: string): boolean {
  const job = readJob(connection, id);
  if (job?.status !== "waiting") return false;
  if (job.approvalId !== undefined) {
    settle(connection, job.approvalId, { status: "expired", answeredAt: now });
  }
  move(connection, without(job, "waitingFor", "wakeAt"), "queued");
  return true;
}

/** Answers a request to a person; what waits for it goes on. */
export function answerApproval(
  connection: Connection,
  id: string,
  answer: Parameters<typeof settle>[2],
): boolean {
  if (!settle(connection, id, answer)) return false;
  const job = readJob(connection, readApproval(connection, id)?.jobId ?? "");
  if (job?.approvalId === id) wake(connection, job.id, answer.answeredAt);
  return true;
}

interface Finish {
  readonly end: FinishJob;
  readonly session: SessionRecord | undefined;
  readonly now: string;
}

/** running → final. An owner that lost the job leaves its outcome as `lateResult`. */
export function finish(
  connection: Connection,
  hold: JobHold,
  { end, session, now }: Finish,
): boolean {
  if (!mayEnd(end.status, end.exitReason)) {
    throw new FleetManagerError(
      `A job cannot end as "${end.status}" with the reason "${end.exitReason}".`,
      { code: "INVALID_REQUEST", context: { jobId: hold.id } },
    );
  }
  const job = readHeld(connection, hold);
  if (!job) {
    keepLateResult(connection, hold, end);
    return false;
  }
  const { status, ...result } = end;
  addUsage(connection, { agentName: job.agentName, now, before: job.usage, after: end.usage });
  move(
    connection,
    { ...without(job, "leaseUntil", "slot", "settled", "before"), ...result, finishedAt: now },
    status,
  );
  endLeases(connection, job.id);
  withdraw(connection, job.id);
  if (session) saveSession(connection, session);
  return true;
}

interface Cancel {
  readonly cause: string;
  readonly now: string;
}

/** The first cause wins; only a running job needs its owner to end. */
export function cancel(
  connection: Connection,
  id: string,
  request: Cancel,
): Awaited<ReturnType<JobStore["requestCancel"]>> {
  const job = readJob(connection, id);
  if (!job) return "missing";
  if (isFinal(job.status)) return "final";
  if (job.status === "running") {
    if (job.cancelCause === undefined)
      replaceDocument(connection, { ...job, cancelCause: request.cause });
    return "requested";
  }
  endCancelled(connection, job, request);
  return "cancelled";
}

/** running → running, under a new owner. */
export function takeOver(
  connection: Connection,
  hold: JobHold,
  owner: { readonly node: string; readonly leaseUntil: string },
): JobRecord | undefined {
  const job = readHeld(connection, hold);
  if (!job) return undefined;
  const { node, leaseUntil } = owner;
  const taken = { ...job, node, leaseUntil, fence: job.fence + 1 };
  replaceDocument(connection, taken);
  return taken;
}

/** running → running, without an owner: the claude that it started goes on. */
export function leave(connection: Connection, hold: JobHold): boolean {
  const job = readHeld(connection, hold);
  if (!job) return false;
  replaceDocument(connection, { ...without(job, "node", "leaseUntil"), fence: job.fence + 1 });
  return true;
}

/** Extends the lease of every running job of this node. */
export function renewLeases(connection: Connection, node: string, leaseUntil: string): void {
  const running = connection
    .all("SELECT seq, doc FROM jobs WHERE status = 'running'")
    .map(toRecord);
  for (const job of running) {
    if (job.node === node) replaceDocument(connection, { ...job, leaseUntil });
  }
}

function keepLateResult(connection: Connection, hold: JobHold, end: FinishJob): void {
  const job = readJob(connection, hold.id);
  if (!job || hold.fence >= job.fence || job.lateResult) return;
  replaceDocument(connection, { ...job, lateResult: { ...end } });
}

function endCancelled(connection: Connection, job: JobRecord, { cause, now }: Cancel): void {
  const exitReason = cause === "agent_removed" ? "agent_removed" : "cancelled";
  const ended = {
    ...without(job, "waitingFor", "wakeAt"),
    exitReason,
    cancelCause: cause,
    finishedAt: now,
  } as const;
  move(connection, ended, "cancelled");
  endLeases(connection, job.id);
  withdraw(connection, job.id);
}

type Passing =
  | "node"
  | "launch"
  | "leaseUntil"
  | "slot"
  | "settled"
  | "before"
  | "process"
  | "approvalId"
  | "waitingFor"
  | "wakeAt";

function without(job: JobRecord, ...fields: readonly Passing[]): JobRecord {
  const rest: { -readonly [Field in keyof JobRecord]: JobRecord[Field] } = { ...job };
  for (const field of fields) delete rest[field];
  return rest;
}

function move(connection: Connection, job: JobRecord, status: JobStatus): void {
  if (!mayMove(job.status, status)) {
    throw new FleetManagerError(`Job "${job.id}" cannot go from ${job.status} to ${status}.`, {
      code: "INVALID_STATE",
      context: { jobId: job.id },
    });
  }
  replaceJob(connection, { ...job, status });
}
