import { messageOf } from "../errors.ts";
import { removeCommonFolder } from "../runner/runtime/container/git-folder.ts";
import type { JobRecord } from "../state/job-record.ts";
import { agentOf } from "./agent-snapshot.ts";
import type { Fleet } from "./fleet.ts";

/**
 * Takes away what an agent in a container has left for git on the host to obey, before hooks run there.
 * Never rejects.
 */
export async function tidyRepository(fleet: Fleet, record: JobRecord): Promise<void> {
  const { agentName, id: jobId } = record;
  try {
    const { docker, workingDirectory } = agentOf(fleet, record);
    if (!docker?.enabled || !(await removeCommonFolder(workingDirectory))) return;
    const said = "the agent had git take its settings from a folder of the agent's: undone";
    fleet.log.warn(said, { agentName, jobId });
  } catch (error) {
    fleet.log.error(`cannot look after the repository of job ${jobId}: ${messageOf(error)}`, {
      agentName,
      jobId,
    });
  }
}
