import type { TriggerOptions, WorkItem } from "@herdctl/core";
import { Command } from "commander";
import { connectToRead } from "../connect.ts";
import type { Context } from "../context.ts";
import { examples } from "../examples.ts";
import { parseInteger, parseWorkItem } from "../option-values.ts";
import { type PromptOptions, promptFileOption, readPrompt } from "../prompt.ts";
import { renderPlan } from "../render/plan.ts";
import { detachOption, runJob, type RunOptions } from "../run-job.ts";
import { toJson } from "../terminal/json.ts";

interface Options extends RunOptions, PromptOptions {
  readonly queue: boolean;
  readonly workItem?: readonly WorkItem[];
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
    .addOption(promptFileOption())
    .option(
      "--work-item <json>",
      'an item of work for the prompt, such as {"type": "issue"}; may be repeated',
      parseWorkItem,
    )
    .addOption(detachOption())
    .option("--no-queue", "fail (exit code 4) when the agent is at its limit")
    .option(
      "--priority <number>",
      "place in the queue, higher first (default: the agent's)",
      parseInteger,
    )
    .option("--resume <session>", "continue exactly this session: its id, or a unique start of it")
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
  const { agent, schedule } = target;
  await runJob((fleet) => fleet.trigger(agent, schedule, request), { options, context });
}

async function showPlan(
  { agent, schedule }: Target,
  request: TriggerOptions,
  { options, context }: { readonly options: Options; readonly context: Context },
): Promise<void> {
  await using connected = await connectToRead(options, context);
  const plan = await connected.fleet.planTrigger(agent, schedule, request);
  const { output } = context;
  output.print(options.json ? toJson(plan, 2) : renderPlan(plan, output));
}

function toTriggerOptions(options: Options, prompt: string | undefined): TriggerOptions {
  const { workItem, queue, priority, resume } = options;
  return {
    ...(prompt !== undefined && { promptOverride: prompt }),
    ...(workItem !== undefined && { workItems: workItem }),
    ...(!queue && { queue }),
    ...(priority !== undefined && { priority }),
    ...(resume !== undefined && { resume }),
  };
}
