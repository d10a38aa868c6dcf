import { Command } from "commander";
import type { Context } from "../context.ts";
import { examples } from "../examples.ts";
import type { GlobalOptions } from "../global-options.ts";

/** `herdctl demo` */
export function demoCommand(context: Context): Command {
  return new Command("demo")
    .description(
      "Runs three agents for half a minute in a temporary folder: real Claude Code and real tools, but " +
        "a scripted stand-in for the model. Needs no key and costs nothing; your own Claude settings " +
        "and sessions stay untouched.",
    )
    .addHelpText("after", examples({ "herdctl demo": "see what a fleet does" }))
    .action(async (_options: unknown, command: Command) => {
      const { runDemo } = await import("../demo/run-demo.ts");
      await runDemo(command.optsWithGlobals<GlobalOptions>(), context);
    });
}
