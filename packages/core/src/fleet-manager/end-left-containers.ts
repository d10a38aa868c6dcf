import { messageOf } from "../errors.ts";
import { reapContainers } from "../runner/runtime/container/reap-containers.ts";
import { isFinal } from "../state/job-record.ts";
import type { Fleet } from "./fleet.ts";

/**
 * Ends containers of this fleet that no job stands for any more, such as one that the engine had not
 * made yet when its daemon was killed. Jobs that run keep theirs, whoever runs them.
 */
export async function endLeftContainers(
  fleet: Pick<Fleet, "config" | "log" | "state" | "store">,
): Promise<void> {
  const { config, log, state, store } = fleet;
  if (!config.agents.some(({ docker }) => docker?.enabled)) return;
  try {
    const ended = await reapContainers({
      stateDir: state.stateDir,
      isWanted: ({ name, jobId }) => {
        const job = store.jobs.get(jobId);
        if (!job || isFinal(job.status)) return false;
        return [job.process, job.launch?.process].some((process) => process?.container === name);
      },
    });
    if (ended.length > 0) log.warn(`ended containers that were left behind: ${ended.join(", ")}`);
  } catch (error) {
    log.warn(`cannot look for containers that were left behind: ${messageOf(error)}`);
  }
}
