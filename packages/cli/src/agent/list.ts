import { connectToRead } from "../connect.ts";
import type { Context } from "../context.ts";
import type { GlobalOptions } from "../global-options.ts";
import { renderInstalled } from "../render/installed-table.ts";
import { toJson } from "../terminal/json.ts";
import { connectToAgents } from "./connect-to-agents.ts";

/** Lists the agents from elsewhere. */
export async function listInstalled(options: GlobalOptions, context: Context): Promise<void> {
  const { output } = context;
  await using connected = await connectToAgents(connectToRead, options, context);
  const agents = await connected.fleet.getInstalledAgents();
  if (options.json) return output.print(toJson({ agents }, 2));
  if (agents.length === 0) return output.note("No agent was added with `herdctl agent add`.");
  output.print(renderInstalled(agents, { output, now: Date.now() }));
}
