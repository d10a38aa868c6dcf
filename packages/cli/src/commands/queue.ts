import { Command } from "commander";
import { connectToRead } from "../connect.ts";
import type { Context } from "../context.ts";
import { examples } from "../examples.ts";
import type { GlobalOptions } from "../global-options.ts";
import { readJobs } from "../read-pages.ts";
import { renderIdleJobs } from "../render/queue-table.ts";
import { toJson } from "../terminal/json.ts";

/** `herdctl queue` */
export function queueCommand(context: Context): Command {
  return new Command("queue")
    .description(
      "Lists the jobs that wait for their turn, next first, and those that wait for something else: " +
        "their next attempt, a usage window, an answer.",
    )
    .addHelpText("after", examples({ "herdctl queue": "what will run, in which order, and when" }))
    .action(async (_: unknown, command: Command) => {
      await showQueue(command.optsWithGlobals<GlobalOptions>(), context);
    });
}

async function showQueue(options: GlobalOptions, context: Context): Promise<void> {
  const { output } = context;
  await using connected = await connectToRead(options, context);
  const { fleet } = connected;
  const [queue, { jobs: waiting }] = await Promise.all([
    fleet.getQueue(),
    readJobs(fleet, { status: "waiting" }),
  ]);
  if (options.json) return output.print(toJson({ ...queue, waiting }, 2));
  const tables = renderIdleJobs({ queue, waiting }, { output, now: Date.now() });
  if (tables.length === 0) return output.note("No job waits.");
  output.print(tables.join("\n\n"));
}
