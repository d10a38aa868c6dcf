import { Command } from "commander";
import { connectToDaemon } from "../connect.ts";
import type { Context } from "../context.ts";
import { daemonRequired } from "../daemon-required.ts";
import { examples } from "../examples.ts";
import type { GlobalOptions } from "../global-options.ts";
import { interruptedExitCode, onStopSignal } from "../stop-signals.ts";
import { usageError } from "../usage-error.ts";
import { runWatch } from "../watch/run-watch.ts";

/** `herdctl watch` */
export function watchCommand(context: Context): Command {
  return new Command("watch")
    .description(
      "Shows the running fleet on the whole terminal, as it changes: its jobs and what they do, its " +
        "agents, its next fires. From there, jobs are read and cancelled, agents paused, requests answered.",
    )
    .addHelpText("after", examples({ "herdctl watch": "see the fleet at work; q leaves" }))
    .action(async (_: unknown, command: Command) => {
      await watch(command.optsWithGlobals<GlobalOptions>(), context);
    });
}

async function watch(options: GlobalOptions, context: Context): Promise<void> {
  const { output } = context;
  const { stdin, stdout } = process;
  if (options.json || !stdin.isTTY || !stdout.isTTY) {
    throw usageError(
      "`herdctl watch` is for a terminal. Elsewhere, `herdctl status` shows the fleet, and " +
        "`herdctl logs -f` follows it; both have --json.",
    );
  }
  await using daemon = await connectToDaemon(options, context);
  if (!daemon) throw daemonRequired("There is no running fleet to watch: `herdctl start`.");
  const leaving = new AbortController();
  using _signals = onStopSignal(() => leaving.abort());
  const terminal = { input: stdin, output: stdout };
  const end = await runWatch(daemon.fleet, terminal, leaving.signal);
  if (end === "interrupt") context.exitCode = interruptedExitCode;
  if (end === "stopped") output.note("The fleet has stopped.");
}
