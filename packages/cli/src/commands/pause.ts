import { Command } from "commander";
import { connectToWrite } from "../connect.ts";
import type { Context } from "../context.ts";
import { examples } from "../examples.ts";
import { commandPrefix, type GlobalOptions } from "../global-options.ts";
import { toJson } from "../terminal/json.ts";

/** `herdctl pause` */
export function pauseCommand(context: Context): Command {
  return new Command("pause")
    .description(
      "Pauses an agent, or the whole fleet, until `herdctl resume`, over restarts: queued jobs wait " +
        "and scheduled fires are skipped. Running jobs go on.",
    )
    .argument("[agent]", "agent name (default: the whole fleet)")
    .addHelpText(
      "after",
      examples({
        "herdctl pause reviewer": "no job of this agent starts",
        "herdctl pause": "no job of any agent starts",
      }),
    )
    .action(async (agent: string | undefined, _: unknown, command: Command) => {
      await pause(agent, command.optsWithGlobals<GlobalOptions>(), context);
    });
}

async function pause(
  agent: string | undefined,
  options: GlobalOptions,
  context: Context,
): Promise<void> {
  const { output } = context;
  await using connected = await connectToWrite(options, context);
  await connected.fleet.pause(agent);
  if (options.json) {
    return output.print(toJson({ paused: true, ...(agent !== undefined && { agentName: agent }) }));
  }
  const way = [commandPrefix(options, context), "resume", agent].filter(Boolean).join(" ");
  output.print(`Paused ${agent ?? "the fleet"}.`);
  output.note(`Queued jobs wait and scheduled fires are skipped until: ${way}`);
}
