import { Command } from "commander";
import type { Context } from "../context.ts";
import { examples } from "../examples.ts";
import { detachOption, runJob, type RunOptions } from "../run-job.ts";

/** `herdctl retry` */
export function retryCommand(context: Context): Command {
  return new Command("retry")
    .description(
      "Repeats a job: the same request in a fresh session, with today's configuration. Shows what it " +
        "does.",
    )
    .argument("<job>", "job id, a unique start of it, or `latest`")
    .addOption(detachOption())
    .addHelpText("after", examples({ "herdctl retry latest": "the newest job once more" }))
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<RunOptions>();
      await runJob((fleet) => fleet.retryJob(id), { options, context });
    });
}
