import {
  errorKindOf,
  type Job,
  type LogEntry,
  type LogLevel,
  type LogStreamOptions,
  type OutputLine,
} from "@herdctl/core";
import { Command, Option } from "commander";
import { connectToDaemon, connectToHistory, type History } from "../connect.ts";
import type { Context } from "../context.ts";
import { daemonRequired } from "../daemon-required.ts";
import { examples } from "../examples.ts";
import type { GlobalOptions } from "../global-options.ts";
import { parseCount } from "../option-values.ts";
import { usageError } from "../usage-error.ts";
import { createLogPainter } from "../render/log-entry.ts";
import { describePresence } from "../render/presence.ts";
import { paintLine } from "../render/output-line.ts";
import { interruptedExitCode, onStopSignal } from "../stop-signals.ts";
import { toJson } from "../terminal/json.ts";
import type { Output } from "../terminal/output.ts";

const logTail = 100;
const logLevels: readonly LogLevel[] = ["debug", "info", "warn", "error"];

interface Options extends GlobalOptions {
  readonly follow?: boolean;
  readonly tail?: number;
  readonly agent?: string;
  readonly job?: string;
  readonly level?: LogLevel;
}

/** `herdctl logs` */
export function logsCommand(context: Context): Command {
  return new Command("logs")
    .description(
      "Shows the output of a job, or of an agent's newest job; without either, the log of the fleet. " +
        "With -f, what a job, an agent or the whole fleet says as it says it.",
    )
    .argument(
      "[job|agent]",
      "job id, a unique start of it, `latest`, or an agent; nothing for the fleet",
    )
    .option("-f, --follow", "go on until the job is over, or Ctrl-C")
    .option(
      "-n, --tail <count>",
      `only the last lines of output, or entries of the log (default: ${logTail})`,
      parseCount,
    )
    .option("--agent <name>", "only entries of the log about this agent")
    .option("--job <id>", "only entries of the log about this job")
    .addOption(
      new Option(
        "--level <level>",
        "only entries of the log of this level and above (default: info)",
      ).choices(logLevels),
    )
    .addHelpText(
      "after",
      examples({
        "herdctl logs latest": "output of the newest job",
        "herdctl logs reviewer -f": "what an agent does from now on",
        "herdctl logs -f": "what the whole fleet does",
        "herdctl logs -n 1000": "what it did, also while no daemon runs",
        "herdctl logs --agent reviewer --level warn": "what went wrong around an agent",
      }),
    )
    .action(async (target: string | undefined, _: unknown, command: Command) => {
      await showLogs(target, command.optsWithGlobals<Options>(), context);
    });
}

async function showLogs(
  target: string | undefined,
  options: Options,
  context: Context,
): Promise<void> {
  const leaving = new AbortController();
  using signals = onStopSignal(() => leaving.abort());
  const signal = AbortSignal.any([leaving.signal, context.output.closed]);
  await showTarget(target, { options, context, signal });
  if (signals.count > 0) context.exitCode = interruptedExitCode;
}

interface View {
  readonly options: Options;
  readonly context: Context;
  readonly signal: AbortSignal;
}

async function showTarget(target: string | undefined, view: View): Promise<void> {
  const { options, context } = view;
  if (target === undefined) return options.follow ? followFleet(view) : showLog(view);
  if (options.agent !== undefined || options.job !== undefined) {
    throw usageError(`--agent and --job choose entries of the fleet's log: leave "${target}" out.`);
  }
  await using connected = await connectToHistory(options, context);
  const found = await findTarget(connected.fleet, target);
  if ("agentName" in found && options.follow) {
    return followFleet({ ...view, options: { ...options, agent: found.agentName } });
  }
  if (options.level !== undefined) {
    throw usageError("--level is about the fleet's log: what a job says has no levels.");
  }
  const jobId = "jobId" in found ? found.jobId : found.newest?.id;
  if (jobId === undefined) return context.output.note(`${target} has not run yet.`);
  await showJobOutput(connected.fleet, jobId, view);
}

type Target =
  | { readonly jobId: string }
  | { readonly agentName: string; readonly newest: Job | undefined };

/** A job where the text looks like one, else an agent, else the start of a job id without `job-`. */
async function findTarget(fleet: History, text: string): Promise<Target> {
  if (text === "latest" || text.startsWith("job-")) return { jobId: (await fleet.getJob(text)).id };
  try {
    const { jobs } = await fleet.getJobs({ agentName: text, limit: 1 });
    if (jobs.length > 0) return { agentName: text, newest: jobs[0] };
  } catch (error) {
    if (errorKindOf(error).code !== "AGENT_NOT_FOUND") throw error;
    const job = await fleet.getJob(text).catch(() => undefined);
    if (job) return { jobId: job.id };
    throw error;
  }
  return { agentName: text, newest: undefined };
}

async function showJobOutput(fleet: History, jobId: string, view: View): Promise<void> {
  const { options, context, signal } = view;
  const { output } = context;
  const show = (line: OutputLine): void =>
    options.json ? output.print(toJson(line)) : output.write(paintLine(line, output));
  const skip = options.tail === undefined ? 0 : await countBeforeTail(fleet, jobId, options.tail);
  const onPresence = tellPresence(output);
  const range = { fromSeq: skip + 1, follow: options.follow ?? false, signal, onPresence };
  for await (const line of fleet.streamJobLines(jobId, range)) show(line);
}

async function countBeforeTail(fleet: History, jobId: string, tail: number): Promise<number> {
  let last = 0;
  for await (const { seq } of fleet.streamJobLines(jobId, { follow: false })) last = seq;
  return Math.max(0, last - tail);
}

/** The end of the fleet's log, whether a daemon runs or not. */
async function showLog({ options, context, signal }: View): Promise<void> {
  const { output } = context;
  await using connected = await connectToHistory(options, context);
  const range = { ...toLogFilter(options), signal, follow: false };
  const entries: LogEntry[] = [];
  for await (const entry of connected.fleet.streamLogs(range)) entries.push(entry);
  const paint = createLogPainter(
    output,
    entries.flatMap(({ agentName }) => agentName ?? []),
  );
  for (const entry of entries) output.print(options.json ? toJson(entry) : paint(entry));
  if (entries.length > 0) return;
  const { agent, job, level } = options;
  const isFiltered = agent !== undefined || job !== undefined || level !== undefined;
  output.note(
    isFiltered
      ? "No entries of the log match."
      : "The log is empty: no fleet has been started here.",
  );
}

async function followFleet({ options, context, signal }: View): Promise<void> {
  const { output } = context;
  await using daemon = await connectToDaemon(options, context);
  if (!daemon) throw daemonRequired("Following needs a running daemon: `herdctl start`.");
  const agents = await daemon.fleet.getAgents();
  const paint = createLogPainter(
    output,
    agents.map(({ name }) => name),
  );
  const filter = { ...toLogFilter(options), signal, onPresence: tellPresence(output) };
  for await (const entry of daemon.fleet.streamLogs(filter)) {
    output.print(options.json ? toJson(entry) : paint(entry));
  }
}

function toLogFilter({ agent, job, level, tail = logTail }: Options): LogStreamOptions {
  return {
    tail,
    ...(agent !== undefined && { agentName: agent }),
    ...(job !== undefined && { jobId: job }),
    ...(level !== undefined && { level }),
  };
}

function tellPresence(output: Output): (isThere: boolean) => void {
  return (isThere) => output.note(describePresence(isThere));
}
