import type { JobModifications, WorkItem } from "@herdctl/core";
import { Command, Option } from "commander";
import type { Context } from "../context.ts";
import { examples } from "../examples.ts";
import { parseCount, parseInteger, parseWorkItem } from "../option-values.ts";
import { type PromptOptions, promptFileOption, readPrompt } from "../prompt.ts";
import { detachOption, runJob, type RunOptions } from "../run-job.ts";

interface Options extends RunOptions, PromptOptions {
  readonly model?: string;
  readonly maxTurns?: number;
  readonly workItem?: readonly WorkItem[];
  readonly priority?: number;
  readonly session?: "new" | "fork";
}

/** `herdctl fork` */
export function forkCommand(context: Context): Command {
  return new Command("fork")
    .description(
      "Runs a job again with the configuration that it ran with, changed where you say so, and " +
        "shows what it does.",
    )
    .argument("<job>", "job id, a unique start of it, or `latest`")
    .option("-p, --prompt <text>", "another prompt; `-` reads it from standard input")
    .addOption(promptFileOption())
    .option(
      "--work-item <json>",
      'an item of work for the prompt, such as {"type": "issue"}; may be repeated',
      parseWorkItem,
    )
    .option("--model <model>", "another model")
    .option("--max-turns <count>", "another limit of turns", parseCount)
    .option("--priority <number>", "another place in the queue, higher first", parseInteger)
    .addOption(
      new Option("--session <how>", "`fork` goes on from a copy of the job's session").choices([
        "new",
        "fork",
      ]),
    )
    .addOption(detachOption())
    .addHelpText(
      "after",
      examples({
        "herdctl fork latest --model opus": "once more, by another model",
        'herdctl fork latest --session fork -p "Try it without the cache"':
          "from where it ended, the job itself untouched",
      }),
    )
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      const modifications = toModifications(options, await readPrompt(options, context));
      await runJob((fleet) => fleet.forkJob(id, modifications), { options, context });
    });
}

function toModifications(options: Options, prompt: string | undefined): JobModifications {
  const { workItem, model, maxTurns, priority, session } = options;
  return {
    ...(prompt !== undefined && { promptOverride: prompt }),
    ...(workItem !== undefined && { workItems: workItem }),
    ...(model !== undefined && { model }),
    ...(maxTurns !== undefined && { maxTurns }),
    ...(priority !== undefined && { priority }),
    ...(session !== undefined && { session }),
  };
}
