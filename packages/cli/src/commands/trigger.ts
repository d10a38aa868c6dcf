import type { Job, TriggerOptions } from "@herdctl/core";
import { Command, Option } from "commander";
import { type ConnectedFleet, connectToRead, connectToWrite } from "../connect.ts";
import type { Context } from "../context.ts";
import { examples } from "../examples.ts";
import { commandPrefix, type GlobalOptions } from "../global-options.ts";
import { parseInteger } from "../option-values.ts";
import { type PromptOptions, readPrompt } from "../prompt.ts";
import { renderPlan } from "../render/plan.ts";
import { summarizeJob } from "../render/summary.ts";
import { interruptedExitCode, onStopSignal } from "../stop-signals.ts";
import { toJson } from "../terminal/json.ts";
import { usageError } from "../usage-error.ts";
import { watchJob } from "../watch-job.ts";

interface Options extends GlobalOptions, PromptOptions {
  readonly detach?: boolean;
  readonly queue: boolean;
  readonly priority?: number;
  readonly resume?: string;
  readonly dryRun?: boolean;
}

interface Target {
  readonly agent: string;
  readonly schedule: string | undefined;
}

/** `herdctl trigger` */
export function triggerCommand(context: Context): Command {
  return new Command("trigger")
    .description(
      "Runs an agent now and shows what it does. The daemon runs it where one is running; otherwise " +
        "this process does. Ctrl-C leaves a daemon's job running, and cancels one of this process.",
    )
    .argument("<agent>", "agent name")
    .argument("[schedule]", "schedule whose prompt and settings to use")
    .option("-p, --prompt <text>", "prompt to use instead; `-` reads it from standard input")
    .addOption(
      new Option("--prompt-file <path>", "read the prompt from a file").conflicts("prompt"),
    )
    .option("--detach", "return as soon as the daemon has stored the job")
    .option("--no-queue", "fail (exit code 4) when the agent is at its limit")
    .option(
      "--priority <number>",
      "place in the queue, higher first (default: the agent's)",
      parseInteger,
    )
    .option("--resume <session>", "continue exactly this session")
    .option("--dry-run", "show prompt, options and limits, and run nothing")
    .addHelpText(
      "after",
      examples({
        'herdctl trigger reviewer -p "Review the last commit"': "run and watch",
        "git diff | herdctl trigger reviewer -p -": "prompt from standard input",
        "herdctl trigger reviewer nightly --detach": "leave it to the daemon",
      }),
    )
    .action(async (agent: string, schedule: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      await trigger({ agent, schedule }, options, context);
    });
}

async function trigger(target: Target, options: Options, context: Context): Promise<void> {
  const prompt = await readPrompt(options, context);
  const request = toTriggerOptions(options, prompt);
  if (options.dryRun) return showPlan(target, request, { options, context });
  await using connected = await connectToWrite(options, context);
  if (options.detach && !connected.isDaemon) {
    throw usageError(
      "--detach needs a running daemon, or the job would end with this command. Run `herdctl start`.",
    );
  }
  const job = await connected.fleet.trigger(target.agent, target.schedule, request);
  if (options.detach) return reportDetached(job, options, context);
  await followToEnd(connected, job, { options, context });
}

interface Session {
  readonly options: Options;
  readonly context: Context;
}

async function followToEnd(
  { fleet, isDaemon }: ConnectedFleet,
  job: Job,
  { options, context }: Session,
): Promise<void> {
  const { output } = context;
  const prefix = commandPrefix(options, context);
  const leaving = new AbortController();
  using signals = onStopSignal((count) => {
    if (isDaemon) return leaving.abort();
    // The lifeline of its claude ends what is left, within seconds.
    if (count > 1) process.exit(interruptedExitCode);
    output.note("Cancelling the job. Once more to leave at once.");
    fleet.cancelJob(job.id).catch(() => undefined);
  });
  if (!options.json) output.note(output.style("dim", `${job.id} ${job.agentName}`));
  try {
    const done = options.json
      ? await fleet.waitForJob(job.id, { signal: leaving.signal })
      : await watchJob(fleet, job, { output, signal: leaving.signal });
    if (options.json) output.print(toJson(done, 2));
    else reportEnd(done, prefix, context);
    context.exitCode = done.status === "completed" ? 0 : 1;
  } catch (error) {
    if (!leaving.signal.aborted) throw error;
    output.note(`The daemon goes on with ${job.id}.`);
    output.note(`  ${prefix} logs ${job.id} -f   # watch it again`);
    output.note(`  ${prefix} cancel ${job.id}    # end it`);
  }
  if (signals.count > 0) context.exitCode = interruptedExitCode;
}

function reportEnd(job: Job, prefix: string, { output }: Context): void {
  output.print(summarizeJob(job, output));
  if (job.status === "completed") return;
  if (job.status === "failed" && job.error) output.note(job.error.message.trimEnd());
  output.note(`Why, and how to go on: ${prefix} job ${job.id}`);
}

function reportDetached(job: Job, options: Options, context: Context): void {
  const { output } = context;
  if (options.json) return output.print(toJson(job, 2));
  output.print(job.id);
  output.note(`Watch it with: ${commandPrefix(options, context)} logs ${job.id} -f`);
}

async function showPlan(
  { agent, schedule }: Target,
  request: TriggerOptions,
  { options, context }: Session,
): Promise<void> {
  await using connected = await connectToRead(options, context);
  const plan = await connected.fleet.planTrigger(agent, schedule, request);
  const { output } = context;
  output.print(options.json ? toJson(plan, 2) : renderPlan(plan, output));
}

function toTriggerOptions(options: Options, prompt: string | undefined): TriggerOptions {
  const { queue, priority, resume } = options;
  return {
    ...(prompt !== undefined && { promptOverride: prompt }),
    ...(!queue && { queue }),
    ...(priority !== undefined && { priority }),
    ...(resume !== undefined && { resume }),
  };
}
