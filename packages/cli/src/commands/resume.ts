import { Command } from "commander";
import { connectToWrite } from "../connect.ts";
import type { Context } from "../context.ts";
import { examples } from "../examples.ts";
import { type PromptOptions, promptFileOption, readPrompt } from "../prompt.ts";
import { detachOption, runJob, type RunOptions } from "../run-job.ts";
import { toJson } from "../terminal/json.ts";
import { usageError } from "../usage-error.ts";

interface Options extends RunOptions, PromptOptions {}

/** `herdctl resume` */
export function resumeCommand(context: Context): Command {
  return new Command("resume")
    .description(
      "Takes back the pause of an agent, or of the whole fleet. With a prompt, goes on in the session " +
        "of a job and shows what it does.",
    )
    .argument("[agent|job]", "agent name (default: the whole fleet); with a prompt, a job")
    .option("-p, --prompt <text>", "what the job's Claude is to do next; `-` reads standard input")
    .addOption(promptFileOption())
    .addOption(detachOption())
    .addHelpText(
      "after",
      examples({
        "herdctl resume reviewer": "end the pause of an agent",
        "herdctl resume": "end the pause of the fleet",
        'herdctl resume latest -p "Now fix the tests"': "go on in the session of the newest job",
      }),
    )
    .action(async (target: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      const prompt = await readPrompt(options, context);
      if (prompt === undefined) return endPause(target, options, context);
      if (target === undefined) throw usageError("Name the job whose session the prompt is for.");
      await runJob((fleet) => fleet.resumeJob(target, prompt), { options, context });
    });
}

async function endPause(
  agent: string | undefined,
  options: Options,
  context: Context,
): Promise<void> {
  const { output } = context;
  if (options.detach || looksLikeJob(agent)) {
    throw usageError("To go on in the session of a job, say with what: -p <text>.");
  }
  await using connected = await connectToWrite(options, context);
  const { fleet } = connected;
  const wasPaused = await fleet.resume(agent);
  if (options.json) {
    return output.print(toJson({ wasPaused, ...(agent !== undefined && { agentName: agent }) }));
  }
  const who = agent ?? "the fleet";
  if (wasPaused) output.print(`Resumed ${who}.`);
  else output.note(`${who[0]?.toUpperCase()}${who.slice(1)} was not paused.`);
  if (agent !== undefined && (await fleet.getStatus()).paused) {
    output.note("The fleet as a whole is paused: `herdctl resume` ends that.");
  }
}

function looksLikeJob(target: string | undefined): boolean {
  return target === "latest" || target?.startsWith("job-") === true;
}
