import { messageOf } from "../errors.ts";
import type { JobRecord } from "../state/job-record.ts";
import type { FinishJob, JobStore, SessionRecord } from "../state/store.ts";
import type { Fleet } from "./fleet.ts";
import { settleEndedWork } from "./job-work.ts";
import { pruneHistory } from "./prune-history.ts";
import { reportEnd } from "./report-end.ts";
import { withOutputSize } from "./with-output-size.ts";

/** A job's wait until its next attempt, and why. */
export type Parking = Parameters<JobStore["park"]>[1] & { readonly reason: string };

/** running → final; told to everybody once it is on disk. */
export async function finishJob(
  fleet: Fleet,
  record: JobRecord,
  { end, session }: { readonly end: FinishJob; readonly session?: SessionRecord },
): Promise<void> {
  const masked = fleet.redactor.value(withOutputSize(fleet, record.id, end));
  const kept = await store(fleet, record, () =>
    fleet.store.jobs.finish({ id: record.id, fence: record.fence }, masked, session),
  );
  await settleEndedWork(fleet);
  if (kept) reportEnd(fleet, record.id);
  await pruneHistory(fleet);
}

/** running → waiting: the process is gone and the slot is free until the job is woken. */
export async function parkJob(fleet: Fleet, record: JobRecord, parking: Parking): Promise<void> {
  const { id, fence, agentName } = record;
  const { reason, ...wait } = fleet.redactor.value(withOutputSize(fleet, id, parking));
  if (!(await store(fleet, record, () => fleet.store.jobs.park({ id, fence }, wait)))) return;
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

/** running → running, without an owner: its claude goes on, and the next start takes it over. */
export async function leaveJob(fleet: Fleet, { id, fence, agentName }: JobRecord): Promise<void> {
  if (!(await fleet.store.jobs.leave({ id, fence }))) return;
  fleet.log.info(`job ${id} goes on by itself`, { agentName, jobId: id });
  fleet.emit("agent:stopped", { agentName, jobId: id, reason: "left" });
}

// A full disk may have room again in a moment; the end of an attempt is worth half a minute.
const tries = 7;

async function store(
  fleet: Fleet,
  record: JobRecord,
  command: () => Promise<boolean>,
): Promise<boolean> {
  const about = { agentName: record.agentName, jobId: record.id };
  for (let count = 1; count <= tries; count++) {
    try {
      const kept = await command();
      if (!kept) fleet.log.warn(`job ${record.id} had another owner when it ended`, about);
      return kept;
    } catch (error) {
      fleet.log.error(`cannot store the end of job ${record.id}: ${messageOf(error)}`, about);
      if (count < tries) await fleet.clock.sleep(250 * 2 ** count);
    }
  }
  fleet.unstored.add(record.id);
  return false;
}
