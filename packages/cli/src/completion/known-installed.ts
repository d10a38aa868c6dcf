import { openAgentFiles } from "../agent/connect-to-agents.ts";
import type { Context } from "../context.ts";
import type { GlobalOptions } from "../global-options.ts";
import type { Candidate } from "./wanted-value.ts";

/** The agents that were added from elsewhere. */
export async function knownInstalled(
  options: GlobalOptions,
  context: Context,
): Promise<readonly Candidate[]> {
  await using files = await openAgentFiles(options, context);
  const agents = await files.fleet.getInstalledAgents();
  return agents.map(({ name, folder }) => ({ value: name, description: folder }));
}
