import type { Context } from "../context.ts";
import type { GlobalOptions } from "../global-options.ts";
import { renderInstalledAgent } from "../render/agent-offer.ts";
import { toJson } from "../terminal/json.ts";
import { fleetPlace } from "./fleet-place.ts";

/** Shows one agent from elsewhere. */
export async function showInstalled(
  name: string,
  options: GlobalOptions,
  context: Context,
): Promise<void> {
  const { output } = context;
  const place = await fleetPlace(options, context);
  const { getInstalledAgent } = await import("@herdctl/core");
  const agent = await getInstalledAgent(name, place);
  output.print(options.json ? toJson(agent, 2) : renderInstalledAgent(agent, output));
}
