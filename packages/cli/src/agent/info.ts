import { connectToRead } from "../connect.ts";
import type { Context } from "../context.ts";
import type { GlobalOptions } from "../global-options.ts";
import { renderInstalledAgent } from "../render/agent-offer.ts";
import { toJson } from "../terminal/json.ts";
import { connectToAgents } from "./connect-to-agents.ts";

/** Shows one agent from elsewhere. */
export async function showInstalled(
  name: string,
  options: GlobalOptions,
  context: Context,
): Promise<void> {
  const { output } = context;
  await using connected = await connectToAgents(connectToRead, options, context);
  const agent = await connected.fleet.getInstalledAgent(name);
  output.print(options.json ? toJson(agent, 2) : renderInstalledAgent(agent, output));
}
