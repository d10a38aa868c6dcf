import { setTimeout as delay } from "node:timers/promises";
import { Command, Option } from "commander";
import { connectToDaemon, embeddedOwner } from "../connect.ts";
import type { Context } from "../context.ts";
import { examples } from "../examples.ts";
import type { GlobalOptions } from "../global-options.ts";
import { parseTimeout } from "../option-values.ts";
import { findState } from "../place.ts";
import { formatCount } from "../terminal/format.ts";
import { toJson } from "../terminal/json.ts";

interface Options extends GlobalOptions {
  readonly timeout?: number;
  readonly now?: boolean;
  readonly leaveRunning?: boolean;
}

/** `herdctl stop` */
export function stopCommand(context: Context): Command {
  return new Command("stop")
    .description(
      "Stops the running fleet and returns once it is gone. Running jobs may finish first; queued " +
        "ones run after the next start.",
    )
    .option(
      "--timeout <duration>",
      "cancel jobs that run longer than this (default: 30s)",
      parseTimeout,
    )
    .addOption(new Option("--now", "cancel running jobs at once").conflicts("timeout"))
    .option(
      "--leave-running",
      "leave jobs of the cli runtime to themselves; the next start goes on with them",
    )
    .addHelpText(
      "after",
      examples({
        "herdctl stop": "let running jobs finish, for 30 seconds at most",
        "herdctl stop --now": "cancel them",
        "herdctl stop --leave-running && herdctl start": "restart, for example after an upgrade",
      }),
    )
    .action(async (_options: unknown, command: Command) => {
      await stop(command.optsWithGlobals<Options>(), context);
    });
}

async function stop(options: Options, context: Context): Promise<void> {
  const { output } = context;
  await using daemon = await connectToDaemon(options, context);
  if (!daemon) {
    const place = await findState(options, context);
    const embedded = await embeddedOwner(place);
    if (embedded) throw embedded;
    if (options.json) return output.print(toJson({ stopped: false, stateDir: place.stateDir }));
    return output.note(`No fleet is running in ${place.stateDir}.`);
  }
  const { pid } = await daemon.fleet.getStatus();
  let told = 0;
  await daemon.fleet.stop({
    reason: "herdctl stop",
    ...(options.timeout !== undefined && { timeout: options.timeout }),
    ...(options.now && { waitForJobs: false }),
    ...(options.leaveRunning && { leaveRunning: true }),
    onProgress: ({ pendingJobs }) => {
      if (pendingJobs !== told && pendingJobs > 0 && !options.json) {
        output.note(`Waiting for ${formatCount(pendingJobs, "job")} …`);
      }
      told = pendingJobs;
    },
  });
  if (!daemon.isRemote) await untilGone(pid);
  output.print(
    options.json ? toJson({ stopped: true, pid }) : `Stopped the fleet (process ${pid}).`,
  );
}

// It has said its last word; what is left is the end of a process. One that nobody reaps looks alive
// for ever, so this has an end.
const exitDeadline = 3_000;

async function untilGone(pid: number): Promise<void> {
  const end = performance.now() + exitDeadline;
  while (performance.now() < end && isThere(pid)) await delay(10);
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
