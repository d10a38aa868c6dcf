import type { Job } from "@herdctl/core";
import type { FleetOperations } from "@herdctl/web";
import { Option } from "commander";
import { waitForAskedJobs } from "./asked-jobs.ts";
import { type ConnectedFleet, connectToWrite } from "./connect.ts";
import type { Context } from "./context.ts";
import { commandPrefix, type GlobalOptions } from "./global-options.ts";
import { summarizeJob } from "./render/summary.ts";
import { interruptedExitCode, onStopSignal } from "./stop-signals.ts";
import { toJson } from "./terminal/json.ts";
import { usageError } from "./usage-error.ts";
import { watchJob } from "./watch-job.ts";

/** Options of every command that runs a job. */
export interface RunOptions extends GlobalOptions {
  readonly detach?: boolean;
}

/** `--detach` */
export function detachOption(): Option {
  return new Option("--detach", "return as soon as the daemon has stored the job");
}

interface Session {
  readonly options: RunOptions;
  readonly context: Context;
}

/**
 * Runs the job that `ask` asks for and shows what it does to its end, which decides the exit code. The
 * daemon runs it where one is running; otherwise this process does.
 */
export async function runJob(
  ask: (fleet: FleetOperations) => Promise<Job>,
  { options, context }: Session,
): Promise<void> {
  await using connected = await connectToWrite(options, context);
  if (options.detach && !connected.isDaemon) {
    throw usageError(
      "--detach needs a running daemon, or the job would end with this command. Run `herdctl start`.",
    );
  }
  const job = await ask(connected.fleet);
  if (options.detach) return reportDetached(job, { options, context });
  await followToEnd(connected, job, { options, context });
}

async function followToEnd(
  { fleet, isDaemon }: ConnectedFleet,
  job: Job,
  { options, context }: Session,
): Promise<void> {
  const { output } = context;
  const prefix = commandPrefix(options, context);
  const leaving = new AbortController();
  let current = job.id;
  using signals = onStopSignal((count) => {
    if (isDaemon) return leaving.abort();
    // The lifeline of its claude ends what is left, within seconds.
    if (count > 1) process.exit(interruptedExitCode);
    output.note("Cancelling the job. Once more to leave at once.");
    fleet.cancelJob(current).catch(() => undefined);
  });
  if (!options.json) output.note(output.style("dim", `${job.id} ${job.agentName}`));
  try {
    const done = options.json
      ? await fleet.waitForJob(job.id, { signal: leaving.signal })
      : await watchJob(fleet, job, { output, signal: leaving.signal });
    if (options.json) output.print(toJson(done, 2));
    else reportEnd(done, { prefix, isDaemon, context });
    context.exitCode = done.status === "completed" ? 0 : 1;
    const onWait = (jobId: string): void => void (current = jobId);
    if (!isDaemon) await waitForAskedJobs(fleet, job.id, { output, onWait });
  } catch (error) {
    if (!leaving.signal.aborted) throw error;
    output.note(`The daemon goes on with ${job.id}.`);
    output.note(`  ${prefix} logs ${job.id} -f   # watch it again`);
    output.note(`  ${prefix} cancel ${job.id}    # end it`);
  }
  if (signals.count > 0) context.exitCode = interruptedExitCode;
}

interface End {
  readonly prefix: string;
  readonly isDaemon: boolean;
  readonly context: Context;
}

function reportEnd(job: Job, { prefix, isDaemon, context: { output } }: End): void {
  output.print(summarizeJob(job, output));
  if (job.status === "completed") return;
  // A fleet in this process has warned of it already.
  if (isDaemon && job.status === "failed" && job.error) output.note(job.error.message.trimEnd());
  output.note(`Why, and how to go on: ${prefix} job ${job.id}`);
}

function reportDetached(job: Job, { options, context }: Session): void {
  const { output } = context;
  if (options.json) return output.print(toJson(job, 2));
  output.print(job.id);
  output.note(`Watch it with: ${commandPrefix(options, context)} logs ${job.id} -f`);
}
