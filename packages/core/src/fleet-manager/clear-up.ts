import type { ResolvedAgent } from "../config/resolved.ts";
import { messageOf } from "../errors.ts";
import { removeCommonFolder } from "../runner/runtime/container/git-folder.ts";
import type { JobRecord } from "../state/job-record.ts";
import type { Fleet } from "./fleet.ts";
import { freeSlot } from "./job-slot.ts";
import { writeOutputLog } from "./logs/output-log.ts";

/**
 * What is done once nothing of an attempt runs any more, whoever ran it, and before anything else runs
 * for its job. Never rejects.
 */
export async function clearUp(
  fleet: Fleet,
  record: JobRecord,
  agent: ResolvedAgent | undefined,
): Promise<void> {
  await freeSlot(fleet, record);
  if (!agent) return;
  await tidyRepository(fleet, record, agent);
  await writeOutputLog(fleet, record, agent);
}

/** Takes away what an agent in a container has left for git on the host to obey. */
async function tidyRepository(
  { log }: Fleet,
  { id: jobId, agentName }: JobRecord,
  { docker, workingDirectory }: ResolvedAgent,
): Promise<void> {
  try {
    if (!docker?.enabled || !(await removeCommonFolder(workingDirectory))) return;
    const said = "the agent had git take its settings from a folder of the agent's: undone";
    log.warn(said, { agentName, jobId });
  } catch (error) {
    const problem = `cannot look after the repository of job ${jobId}: ${messageOf(error)}`;
    log.error(problem, { agentName, jobId });
  }
}
