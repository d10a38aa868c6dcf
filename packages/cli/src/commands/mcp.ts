import { serveMcp } from "@herdctl/web";
import { Command } from "commander";
import type { Context } from "../context.ts";
import { examples } from "../examples.ts";
import { FleetLink, type LinkOptions } from "../mcp/fleet-link.ts";
import { createNoteLogger } from "../note-logger.ts";
import { interruptedExitCode, onStopSignal } from "../stop-signals.ts";

/** `herdctl mcp` */
export function mcpCommand(context: Context): Command {
  return new Command("mcp")
    .description(
      "Serves the fleet to an MCP client, such as Claude Code, on standard input and output: list and " +
        "run agents, wait for jobs, read what they did, cancel them, switch schedules, answer approvals. " +
        "Works through the daemon where one runs; otherwise jobs run in this process and end with it.",
    )
    .option("--read-only", "offer only what changes nothing")
    .addHelpText(
      "after",
      examples({
        "claude mcp add fleet -- herdctl mcp": "let Claude Code drive the fleet of this folder",
        "herdctl mcp --read-only -c /srv/fleet": "let a client look at another one",
      }),
    )
    .action(async (_: unknown, command: Command) => {
      await serve(command.optsWithGlobals<LinkOptions>(), context);
    });
}

async function serve(options: LinkOptions, context: Context): Promise<void> {
  const leaving = new AbortController();
  using signals = onStopSignal((count) => {
    // The lifeline of its claude ends what is left, within seconds.
    if (count > 1) process.exit(interruptedExitCode);
    leaving.abort();
  });
  await using link = new FleetLink(options, context);
  await serveMcp({
    reachFleet: () => link.reach(),
    readOnly: options.readOnly ?? false,
    stdin: context.stdin,
    logger: createNoteLogger(context.output),
    signal: leaving.signal,
  });
  if (signals.count > 0) context.exitCode = interruptedExitCode;
}
