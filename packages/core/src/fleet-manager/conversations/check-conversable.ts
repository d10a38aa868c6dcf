import type { ResolvedAgent } from "../../config/resolved.ts";
import { FleetManagerError } from "../../errors.ts";
import type { Fleet } from "../fleet.ts";
import { checkRunnable } from "../trigger.ts";

/**
 * Refuses an agent that cannot hold a conversation. Only the sdk runtime takes turns, and no agent
 * changes its runtime at run time: a session of one is not resumed by the other.
 *
 * @throws `INVALID_REQUEST`, and what refuses any job of the agent
 */
export async function checkConversable(fleet: Fleet, agent: ResolvedAgent): Promise<void> {
  if (agent.runtime !== "sdk") {
    throw new FleetManagerError(
      `Agent "${agent.qualifiedName}" runs on the ${agent.runtime} runtime, which holds no conversations. ` +
        "Use an agent with `runtime: sdk`, or `herdctl resume` for one more request in a session.",
      {
        code: "INVALID_REQUEST",
        context: { agentName: agent.qualifiedName, runtime: agent.runtime },
      },
    );
  }
  await checkRunnable(fleet, agent);
}
