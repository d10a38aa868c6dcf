import { Command } from "commander";
import { connectToRead } from "../connect.ts";
import type { Context } from "../context.ts";
import { examples } from "../examples.ts";
import type { GlobalOptions } from "../global-options.ts";
import { renderAgent } from "../render/agent.ts";
import { renderAgents } from "../render/agent-table.ts";
import { toJson } from "../terminal/json.ts";

/** `herdctl agents` */
export function agentsCommand(context: Context): Command {
  return new Command("agents")
    .description("Lists the agents of the fleet, or tells all about one.")
    .argument("[agent]", "agent name")
    .addHelpText(
      "after",
      examples({
        "herdctl agents": "who is there, and what each works on",
        "herdctl agents reviewer": "one of them, with its jobs, limits and schedules",
      }),
    )
    .action(async (agent: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      await (agent === undefined
        ? listAgents(options, context)
        : showAgent(agent, options, context));
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

async function showAgent(name: string, options: GlobalOptions, context: Context): Promise<void> {
  const { output } = context;
  await using connected = await connectToRead(options, context);
  const agent = await connected.fleet.getAgent(name);
  output.print(options.json ? toJson(agent, 2) : renderAgent(agent, { output, now: Date.now() }));
}
