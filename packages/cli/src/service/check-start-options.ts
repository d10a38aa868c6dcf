import type { Command } from "commander";
import type { Context } from "../context.ts";
import { globalOptions } from "../global-options.ts";
import { usageError } from "../usage-error.ts";

/**
 * Refuses options that `herdctl start` would refuse, before a service is made that could not start.
 *
 * @throws `INVALID_REQUEST` for an option that `start` has not, or that is not for a service
 */
export async function checkStartOptions(
  startOptions: readonly string[],
  { command, context }: { readonly command: Command; readonly context: Context },
): Promise<void> {
  const { startCommand } = await import("../commands/start.ts");
  const start = startCommand(context).copyInheritedSettings(command);
  for (const option of globalOptions()) start.addOption(option);
  const { operands, unknown } = start.parseOptions([...startOptions]);
  const [surplus] = [...unknown, ...operands];
  if (surplus !== undefined) throw usageError(`\`herdctl start\` knows no '${surplus}'.`);
  if (start.getOptionValue("detach") === true) {
    throw usageError("A service is in the background already: leave out --detach.");
  }
}
