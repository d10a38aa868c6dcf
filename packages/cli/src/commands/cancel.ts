import { Command } from "commander";
import { connectToWrite } from "../connect.ts";
import type { Context } from "../context.ts";
import { examples } from "../examples.ts";
import type { GlobalOptions } from "../global-options.ts";
import { summarizeJob } from "../render/summary.ts";
import { toJson } from "../terminal/json.ts";

/** `herdctl cancel` */
export function cancelCommand(context: Context): Command {
  return new Command("cancel")
    .description("Ends a job; returns once nothing that it started is alive.")
    .argument("<job>", "job id, a unique start of it, or `latest`")
    .addHelpText("after", examples({ "herdctl cancel latest": "end the newest job" }))
    .action(async (id: string, _options: unknown, command: Command) => {
      await cancel(id, command.optsWithGlobals<GlobalOptions>(), context);
    });
}

async function cancel(id: string, options: GlobalOptions, context: Context): Promise<void> {
  const { output } = context;
  await using connected = await connectToWrite(options, context);
  const { fleet } = connected;
  // By its full id from here on: `latest` may soon name another job.
  const job = await fleet.getJob(id);
  await fleet.cancelJob(job.id);
  const ended = await fleet.getJob(job.id);
  output.print(options.json ? toJson(ended, 2) : `${ended.id} ${summarizeJob(ended, output)}`);
}
