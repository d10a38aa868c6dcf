import type { Job, OutputLine } from "@herdctl/core";
import { Command } from "commander";
import { connectToHistory, type History } from "../connect.ts";
import type { Context } from "../context.ts";
import { examples } from "../examples.ts";
import { commandPrefix, type GlobalOptions } from "../global-options.ts";
import { explainJob } from "../render/job.ts";
import { toJson } from "../terminal/json.ts";
import { lastToolCalls, type ToolCall } from "../render/tool-calls.ts";

/** `herdctl job` */
export function jobCommand(context: Context): Command {
  return new Command("job")
    .description("Explains one job on one screen: how it ended, why, and how to go on.")
    .argument("<job>", "job id, a unique start of it, or `latest`")
    .addHelpText(
      "after",
      examples({
        "herdctl job latest": "how the newest job went",
        "herdctl job latest --json": "all of it, output included, for a program",
      }),
    )
    .action(async (id: string, _options: unknown, command: Command) => {
      await showJob(id, command.optsWithGlobals<GlobalOptions>(), context);
    });
}

async function showJob(id: string, options: GlobalOptions, context: Context): Promise<void> {
  const { output } = context;
  await using connected = await connectToHistory(options, context);
  const job = await connected.fleet.getJob(id);
  if (options.json) return output.print(toJson(job, 2));
  const toolCalls = await readToolCalls(connected.fleet, job);
  const prefix = commandPrefix(options, context);
  output.print(explainJob(job, { toolCalls, prefix, output, now: Date.now() }));
}

async function readToolCalls(fleet: History, job: Job): Promise<readonly ToolCall[]> {
  const lines: OutputLine[] = [];
  for await (const line of fleet.streamJobLines(job.id, { follow: false })) {
    if (line.type !== "tool_use" && line.type !== "tool_result") continue;
    lines.push(line);
    // A call and its result stand close together; the beginning of a long run is not shown.
    if (lines.length > 200) lines.shift();
  }
  return lastToolCalls(lines, 5);
}
