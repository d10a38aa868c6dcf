import { connectToWrite } from "../connect.ts";
import type { Context } from "../context.ts";
import type { GlobalOptions } from "../global-options.ts";
import { finishBeforeLeaving } from "../stop-signals.ts";
import { formatCount } from "../terminal/format.ts";
import { toJson } from "../terminal/json.ts";
import { connectToAgents } from "./connect-to-agents.ts";

/** Options of `herdctl agent remove`. */
export interface RemoveOptions extends GlobalOptions {
  readonly force?: boolean;
}

/** Removes an agent from elsewhere. */
export async function removeAgent(
  name: string,
  options: RemoveOptions,
  context: Context,
): Promise<void> {
  const { output } = context;
  await using connected = await connectToAgents(connectToWrite, options, context);
  using _begun = finishBeforeLeaving();
  const result = await connected.fleet.removeAgent(name, { force: options.force ?? false });
  if (options.json) return output.print(toJson({ name, ...result }, 2));
  const { folder, removed, kept } = result;
  output.print(`Removed ${name}: ${formatCount(removed.length, "file")} of ${folder}.`);
  for (const path of kept) output.print(`Kept ${folder}/${path}: it was changed.`);
}
