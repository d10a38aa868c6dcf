import { errorKindOf, FleetManagerError, type Job, messageOf } from "@herdctl/core";
import type { FleetOperations } from "@herdctl/web";
import { Option } from "commander";
import { waitForAskedJobs } from "./asked-jobs.ts";
import { type ConnectedFleet, connectToWrite } from "./connect.ts";
import type { Context } from "./context.ts";
import { commandPrefix, type GlobalOptions } from "./global-options.ts";
import { describePresence } from "./render/presence.ts";
import { summarizeJob } from "./render/summary.ts";
import { interruptedExitCode, onStopSignal } from "./stop-signals.ts";
import { toJson } from "./terminal/json.ts";
import { usageError } from "./usage-error.ts";
import { watchJob, type WatchOptions } from "./watch-job.ts";

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
  let isThere = true;
  using signals = onStopSignal((count) => {
    if (isDaemon) return leaving.abort();
    // The lifeline of its claude ends what is left, within seconds.
    if (count > 1) process.exit(interruptedExitCode);
    output.note("Cancelling the job. Once more to leave at once.");
    fleet.cancelJob(current).catch(() => undefined);
  });
  if (!options.json) output.note(output.style("dim", `${job.id} ${job.agentName}`));
  try {
    const { signal } = leaving;
    const onPresence = (now: boolean): void => void (isThere = now);
    const done = options.json
      ? await waitQuietly(fleet, job, { output, signal, onPresence })
      : await watchJob(fleet, job, { output, signal, onPresence });
    if (options.json) output.print(toJson(done, 2));
    else reportEnd(done, { prefix, isDaemon, context });
    context.exitCode = done.status === "completed" ? 0 : 1;
    const onWait = (jobId: string): void => void (current = jobId);
    if (!isDaemon) await waitForAskedJobs(fleet, job.id, { output, onWait });
  } catch (error) {
    if (!leaving.signal.aborted) throw isDaemon ? lostSight(error, job, prefix) : error;
    output.note(
      isThere ? `The daemon goes on with ${job.id}.` : `The daemon of ${job.id} does not answer.`,
    );
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

function waitQuietly(
  fleet: FleetOperations,
  { id }: Job,
  { output, signal, onPresence }: WatchOptions,
): Promise<Job> {
  return fleet.waitForJob(id, {
    signal,
    onPresence(isThere) {
      onPresence(isThere);
      output.note(describePresence(isThere));
    },
  });
}

/** The daemon is gone, or cannot be reached: the job may well go on, and its id is all that leads to it. */
function lostSight(error: unknown, { id }: Job, prefix: string): unknown {
  const { code } = errorKindOf(error);
  if (code !== "DAEMON_UNREACHABLE" && code !== "TIMEOUT") return error;
  const facts = error instanceof FleetManagerError ? error.context : {};
  return new FleetManagerError(
    `${messageOf(error)}\nWhat became of the job: \`${prefix} job ${id}\`. If it goes on: \`${prefix} logs ${id} -f\`.`,
    { code, context: { ...facts, jobId: id }, cause: error },
  );
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
