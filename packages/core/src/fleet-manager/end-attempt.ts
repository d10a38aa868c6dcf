import { messageOf } from "../errors.ts";
import type { JobRecord } from "../state/job-record.ts";
import type { FinishJob, JobPatch, JobStore, SessionRecord } from "../state/store.ts";
import type { Fleet } from "./fleet.ts";
import { settleEndedWork } from "./job-work.ts";
import { pruneHistory } from "./prune-history.ts";
import { reportEnd } from "./report-end.ts";
import { withOutputSize } from "./with-output-size.ts";

/** A job's wait until its next attempt, and why. */
export type Parking = Parameters<JobStore["park"]>[1] & { readonly reason: string };

/** running → final; told to everybody once it is on disk. Never rejects. */
export async function finishJob(
  fleet: Fleet,
  record: JobRecord,
  { end, session }: { readonly end: FinishJob; readonly session?: SessionRecord },
): Promise<void> {
  const { id, fence } = record;
  const masked = fleet.redactor.value(measured(fleet, record, end));
  await keepStoring(fleet, record, {
    store: () => fleet.store.jobs.finish({ id, fence }, masked, session),
    tell: async () => {
      await settleEndedWork(fleet);
      reportEnd(fleet, id);
    },
  });
  await pruneHistory(fleet);
}

/**
 * running → waiting: the process is gone and the slot is free until the job is woken. Never rejects.
 */
export async function parkJob(fleet: Fleet, record: JobRecord, parking: Parking): Promise<void> {
  const { id, fence } = record;
  const { reason, ...wait } = fleet.redactor.value(measured(fleet, record, parking));
  await keepStoring(fleet, record, {
    store: () => fleet.store.jobs.park({ id, fence }, wait),
    tell: () => reportWait(fleet, record, { reason, ...wait }),
  });
}

/**
 * running → running, without an owner: its claude goes on, and the next start takes it over. Never
 * rejects.
 */
export async function leaveJob(fleet: Fleet, record: JobRecord): Promise<void> {
  const { id, fence, agentName } = record;
  await keepStoring(fleet, record, {
    store: () => fleet.store.jobs.leave({ id, fence }),
    tell: () => {
      fleet.log.info(`job ${id} goes on by itself`, { agentName, jobId: id });
      fleet.emit("agent:stopped", { agentName, jobId: id, reason: "left" });
    },
  });
}

/** Tries again to store what could not be stored so far. Never rejects. */
export async function storeUnstored(fleet: Fleet): Promise<void> {
  for (const storeAgain of fleet.unstored.values()) await storeAgain();
}

function reportWait(
  fleet: Fleet,
  { id, agentName }: JobRecord,
  { reason, ...wait }: Parking,
): void {
  // Asked to end meanwhile, it was cancelled in place of waiting.
  if (fleet.store.jobs.get(id)?.status !== "waiting") return reportEnd(fleet, id);
  const until = wait.wakeAt === undefined ? "" : ` until ${wait.wakeAt}`;
  fleet.log.info(`job ${id} waits${until} (${wait.waitingFor}): ${reason}`, {
    agentName,
    jobId: id,
  });
  fleet.emit("agent:stopped", { agentName, jobId: id, reason: "waiting" });
  fleet.emit("job:waiting", {
    jobId: id,
    waitingFor: wait.waitingFor,
    ...(wait.wakeAt !== undefined && { wakeAt: new Date(wait.wakeAt) }),
  });
}

/** What it takes up on disk is no reason to lose an end. */
function measured<Patch extends JobPatch>(
  fleet: Fleet,
  { id, agentName }: JobRecord,
  patch: Patch,
): Patch {
  try {
    return withOutputSize(fleet, id, patch);
  } catch (error) {
    const problem = `cannot measure what job ${id} takes up: ${messageOf(error)}`;
    fleet.log.warn(problem, { agentName, jobId: id });
    return patch;
  }
}

// A full disk may have room again in a moment; the end of an attempt is worth half a minute at once.
const tries = 7;

interface AttemptEnd {
  readonly store: () => Promise<boolean>;
  /** Called once it is stored. */
  readonly tell: () => void | Promise<void>;
}

async function keepStoring(fleet: Fleet, record: JobRecord, end: AttemptEnd): Promise<void> {
  for (let count = 1; count <= tries; count++) {
    if (await storeOnce(fleet, record, end)) return;
    if (count < tries) await fleet.clock.sleep(250 * 2 ** count);
  }
  fleet.unstored.set(record.id, async () => {
    // Nobody else would wake it, if it waits now.
    if (await storeOnce(fleet, record, end)) fleet.accept({ ...record, status: "waiting" });
  });
}

/** Tells whether the store has answered. */
async function storeOnce(
  fleet: Fleet,
  record: JobRecord,
  { store, tell }: AttemptEnd,
): Promise<boolean> {
  const about = { agentName: record.agentName, jobId: record.id };
  let isKept: boolean;
  try {
    isKept = await store();
  } catch (error) {
    fleet.log.error(`cannot store the end of job ${record.id}: ${messageOf(error)}`, about);
    return false;
  }
  fleet.unstored.delete(record.id);
  if (!isKept) fleet.log.warn(`job ${record.id} had another owner when it ended`, about);
  try {
    if (isKept) await tell();
  } catch (error) {
    fleet.log.error(`cannot tell how job ${record.id} ended: ${messageOf(error)}`, about);
  }
  return true;
}
