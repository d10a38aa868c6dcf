import { FleetManagerError } from "../errors.ts";
import { type StateManagerOptions, StateManager } from "../state/manager.ts";
import { cancelEach, requestEnd, resolveJobId, waitForOwner } from "./control.ts";
import { historyOf, type HistorySource, type JobHistory, sourceOf } from "./job-history.ts";

/** What can be done about jobs with the state directory alone. */
export interface JobControl extends JobHistory {
  /**
   * Has whoever runs the job end it; resolves once nothing of it is alive.
   *
   * @throws JobNotFoundError; InvalidStateError when the job is over, or when nobody is there to end it:
   * then the next fleet that runs here does; `TIMEOUT` as in `FleetManager.cancelJob`
   */
  cancelJob(id: string): Promise<void>;
  /** Ends every job that is not over, of one agent (by its full name) or of all; resolves with their ids. */
  cancelAll(options?: { readonly agentName?: string }): Promise<readonly string[]>;
}

/**
 * Opens the jobs of a state directory to look at them and to end them. Needs no configuration and no
 * daemon: what somebody has broken must not keep a job running.
 *
 * @throws `STATE_DIR` when the directory cannot be read and written
 */
export async function openJobControl(
  options: Omit<StateManagerOptions, "readOnly">,
): Promise<JobControl> {
  const source = sourceOf(await StateManager.open(options));
  return {
    ...historyOf(source),
    cancelJob: async (id) => cancelStored(source, resolveJobId(source, id)),
    cancelAll: ({ agentName } = {}) =>
      cancelEach(source.store, agentName, (id) => cancelStored(source, id)),
  };
}

async function cancelStored(source: HistorySource, id: string): Promise<void> {
  if ((await requestEnd(source, id, "user")) === "cancelled") return;
  if (await waitForOwner(source, id)) {
    throw new FleetManagerError(
      `The process that ran job ${id} is gone. That the job is to end is stored: \`herdctl start\` ends ` +
        "what is left of it, once the configuration is valid.",
      { code: "INVALID_STATE", context: { jobId: id } },
    );
  }
}
