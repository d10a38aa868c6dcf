import type { ResolvedAgent, ResolvedSchedule, ResolvedWorkSource } from "../config/resolved.ts";
import { FleetManagerError, messageOf } from "../errors.ts";
import type { JobRecord } from "../state/job-record.ts";
import type { FinishJob } from "../state/store.ts";
import { settleItem } from "../work-sources/settle-item.ts";
import { hasFreeItem, takeItem } from "../work-sources/take-item.ts";
import type { Fleet } from "./fleet.ts";
import type { TriggerRequest } from "./trigger-request.ts";

/**
 * Tells whether a job takes an item of work: when it does what is configured, and nobody handed it
 * something else to do.
 */
export function takesWork({ agent, schedule, options }: TriggerRequest): boolean {
  const isConfigured = options.promptOverride === undefined && options.workItems === undefined;
  return isConfigured && sourceOf(agent, schedule?.name) !== undefined;
}

/** Tells whether a schedule that takes work has any; one without a work source always has. */
export async function hasWork(
  fleet: Fleet,
  agent: ResolvedAgent,
  schedule: ResolvedSchedule,
): Promise<boolean> {
  const source = sourceOf(agent, schedule.name);
  if (!source) return true;
  try {
    // Of a process that died between the end of its job and putting the item away.
    await settleEndedWork(fleet);
    return await hasFreeItem(source, fleet.store.claims);
  } catch (error) {
    const about = { agentName: agent.qualifiedName };
    fleet.log.warn(`cannot look for work: ${messageOf(error)}`, about);
    // The job says so where people look.
    return true;
  }
}

/** The end of a job that found nothing to do: no model was asked. */
export const noWorkEnd: FinishJob = {
  status: "completed",
  exitReason: "success",
  summary: "Nothing to do: no item of work waits.",
};

/** The record with the item of work that the job takes, where it takes one. */
export async function claimWork(
  fleet: Fleet,
  record: JobRecord,
  agent: ResolvedAgent,
): Promise<JobRecord | "no_work"> {
  const source = sourceOf(agent, record.scheduleName);
  if (record.takesWork !== true || record.workItem || !source) return record;
  await settleEndedWork(fleet);
  const hold = { id: record.id, fence: record.fence };
  const workItem = await takeItem(source, fleet.store.claims, hold);
  if (!workItem) return "no_work";
  if (await fleet.store.jobs.update(hold, { workItem })) return { ...record, workItem };
  throw new FleetManagerError(`job ${record.id} was taken over by another process`);
}

/** Puts away the items of jobs that are over, whoever ran them. Never rejects. */
export async function settleEndedWork(fleet: Fleet): Promise<void> {
  const { claims, jobs } = fleet.store;
  for (const claim of endedClaims(fleet)) {
    try {
      await settleItem(claims, claim, jobs.get(claim.jobId));
    } catch (error) {
      const problem = `cannot put away the item ${claim.itemId}: ${messageOf(error)}`;
      fleet.log.error(problem, { jobId: claim.jobId });
    }
  }
}

function endedClaims({ store, log }: Fleet): ReturnType<Fleet["store"]["claims"]["ended"]> {
  try {
    return store.claims.ended();
  } catch (error) {
    log.error(`cannot look for items to put away: ${messageOf(error)}`);
    return [];
  }
}

function sourceOf(agent: ResolvedAgent, scheduleName?: string): ResolvedWorkSource | undefined {
  const schedule = agent.schedules.find(({ name }) => name === scheduleName);
  return schedule?.workSource ?? agent.workSource;
}
