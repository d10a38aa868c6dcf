import { Command } from "commander";
import { connectToRead } from "../connect.ts";
import type { Context } from "../context.ts";
import { examples } from "../examples.ts";
import type { GlobalOptions } from "../global-options.ts";
import { renderAgents } from "../render/agent-table.ts";
import { toJson } from "../terminal/json.ts";

/** `herdctl agents` */
export function agentsCommand(context: Context): Command {
  return new Command("agents")
    .description("Lists the agents of the fleet.")
    .addHelpText("after", examples({ "herdctl agents": "who is there, and what each works on" }))
    .action(async (_options: unknown, command: Command) => {
      await listAgents(command.optsWithGlobals<GlobalOptions>(), context);
    });
}

async function listAgents(options: GlobalOptions, context: Context): Promise<void> {
  const { output } = context;
  await using connected = await connectToRead(options, context);
  const agents = await connected.fleet.getAgents();
  if (options.json) return output.print(toJson({ agents }, 2));
  if (agents.length === 0) return output.note("No agents yet. `herdctl init agent` writes one.");
  output.print(renderAgents(agents, { output, now: Date.now() }));
}
