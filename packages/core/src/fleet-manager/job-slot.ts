import type { ResolvedAgent } from "../config/resolved.ts";
import { messageOf } from "../errors.ts";
import { endContainer } from "../processes/end-container.ts";
import { enterSlot, leaveSlot, type SlotOfJob } from "../runner/runtime/container/slot-folder.ts";
import { warmName } from "../runner/runtime/container/warm-container.ts";
import type { JobRecord } from "../state/job-record.ts";
import { isKept } from "./end-left-containers.ts";
import type { Fleet } from "./fleet.ts";

/** Lets the container that an agent keeps see the job that has its slot; of other agents, nothing. */
export async function useSlot(
  fleet: Pick<Fleet, "state">,
  record: JobRecord,
  { docker }: ResolvedAgent,
): Promise<void> {
  const job = slotOf(fleet, record);
  if (docker?.enabled && !docker.ephemeral && job) await enterSlot(job);
}

/**
 * Takes a job out of the sight of such a container once nothing of it runs there, and ends the container
 * where its agent does not keep it any more. Never rejects.
 */
export async function freeSlot(
  fleet: Pick<Fleet, "config" | "log" | "state" | "store">,
  record: JobRecord,
): Promise<void> {
  const job = slotOf(fleet, record);
  if (!job) return;
  try {
    await leaveSlot(job);
    const process = fleet.store.jobs.get(record.id)?.launch?.process;
    if (!process?.keepsContainer || isKept(fleet.config, job)) return;
    await endContainer(warmName(job), { mayBegin: false });
  } catch (error) {
    const { agentName, jobId } = job;
    const problem = `cannot take back the folder of job ${jobId}: ${messageOf(error)}`;
    fleet.log.error(problem, { agentName, jobId });
  }
}

function slotOf(
  { state: { stateDir } }: Pick<Fleet, "state">,
  { id: jobId, agentName, slot }: JobRecord,
): SlotOfJob | undefined {
  return slot === undefined ? undefined : { stateDir, agentName, slot, jobId };
}
