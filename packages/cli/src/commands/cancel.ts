import { Command } from "commander";
import { connectToCancel } from "../connect-to-cancel.ts";
import type { Context } from "../context.ts";
import { examples } from "../examples.ts";
import type { GlobalOptions } from "../global-options.ts";
import { summarizeJob } from "../render/summary.ts";
import { formatCount } from "../terminal/format.ts";
import { toJson } from "../terminal/json.ts";
import { usageError } from "../usage-error.ts";

interface Options extends GlobalOptions {
  readonly all?: boolean;
  readonly agent?: string;
}

/** `herdctl cancel` */
export function cancelCommand(context: Context): Command {
  return new Command("cancel")
    .description("Ends a job, or all of them; returns once nothing that they started is alive.")
    .argument("[job]", "job id, a unique start of it, or `latest`")
    .option("--all", "every job that is queued, running or waiting")
    .option("--agent <name>", "with --all: only jobs of this agent")
    .addHelpText(
      "after",
      examples({
        "herdctl cancel latest": "end the newest job",
        "herdctl cancel --all --agent reviewer": "end all that this agent does or is to do",
      }),
    )
    .action(async (id: string | undefined, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      if ((id === undefined) !== (options.all ?? false)) {
        throw usageError("Name one job, or cancel every job with --all.");
      }
      if (options.agent !== undefined && !options.all) throw usageError("--agent goes with --all.");
      await (id === undefined ? cancelAll(options, context) : cancel(id, options, context));
    });
}

async function cancel(id: string, options: Options, context: Context): Promise<void> {
  const { output } = context;
  await using connected = await connectToCancel(options, context);
  const { fleet } = connected;
  // By its full id from here on: `latest` may soon name another job.
  const job = await fleet.getJob(id);
  await fleet.cancelJob(job.id);
  const ended = await fleet.getJob(job.id);
  output.print(options.json ? toJson(ended, 2) : `${ended.id} ${summarizeJob(ended, output)}`);
}

async function cancelAll(options: Options, context: Context): Promise<void> {
  const { output } = context;
  const { agent, json } = options;
  await using connected = await connectToCancel(options, context);
  const jobIds = await connected.fleet.cancelAll(agent === undefined ? {} : { agentName: agent });
  if (json) return output.print(toJson({ jobIds }, 2));
  if (jobIds.length === 0) return output.note("There is no job to cancel.");
  output.print([`Cancelled ${formatCount(jobIds.length, "job")}.`, ...jobIds].join("\n"));
}
