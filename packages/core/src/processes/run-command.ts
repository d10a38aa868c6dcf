import { messageOf } from "../errors.ts";
import type { ProcessRecord } from "../state/job-record.ts";
import { type GatedProcess, startGatedProcess } from "./gated-process.ts";
import { StreamTail } from "./stream-tail.ts";

/** A shell command to run to its end. */
export interface CommandRequest {
  /** Command line for `/bin/sh`. */
  readonly command: string;
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `HERDCTL_JOB` of everything that it starts: a job's id, or a name that nothing else has. */
  readonly marker: string;
  /** What the process list shows. */
  readonly label: string;
  /** Name of the container that the command starts and stands for. */
  readonly container?: string;
  /** Text on its stdin (default: none). */
  readonly input?: string;
  /** Milliseconds after which it is ended with everything that it started. */
  readonly timeout: number;
  /** Aborted: it is ended with everything that it started. */
  readonly signal?: AbortSignal;
  /** Bytes kept of stdout and of stderr, the last ones (default 1 MiB). */
  readonly outputLimit?: number;
  /** Stores who it is; it starts once this resolves, and never if it rejects. */
  readonly onRecord?: (record: ProcessRecord) => Promise<void>;
}

/** Runs a shell command somewhere; {@link runCommand} does so on this machine. */
export type RunCommand = (request: CommandRequest) => Promise<CommandResult>;

/** A shell command that is over: nothing that it started is alive, `survivors` aside. */
export interface CommandResult {
  /** Absent when a signal ended it or it never started. */
  readonly exitCode?: number;
  readonly signal?: NodeJS.Signals;
  /** Why it was ended, where it was. */
  readonly ended?: "timeout" | "aborted";
  /** Why it could not be started. */
  readonly error?: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
  /** Pids that nothing could end. */
  readonly survivors: readonly number[];
}

const defaultOutputLimit = 1_048_576;
/** Milliseconds between SIGTERM and SIGKILL. */
const termMs = 2_000;
/** Milliseconds for what an ended process wrote last to arrive. */
const drainMs = 500;

/**
 * Runs a shell command in a session of its own: recorded before it acts, ended when this process
 * dies. It owns what it starts for as long as it runs: what it leaves behind is ended too. Never
 * rejects.
 */
export async function runCommand(request: CommandRequest): Promise<CommandResult> {
  const started = performance.now();
  const took = (): number => Math.round(performance.now() - started);
  const none = { stdout: "", stderr: "", survivors: [] };
  if (request.signal?.aborted) return { ...none, ended: "aborted", durationMs: took() };
  try {
    const result = await watch(start(request), request);
    return { ...result, durationMs: took() };
  } catch (error) {
    return { ...none, error: messageOf(error), durationMs: took() };
  }
}

function start(request: CommandRequest): GatedProcess {
  const { command, cwd, env, marker, label, container } = request;
  return startGatedProcess({
    command: "/bin/sh",
    args: ["-c", command],
    cwd,
    env,
    marker,
    label,
    ...(container !== undefined && { container }),
    lifeline: true,
    onRecord: async (record) => request.onRecord?.(record),
  });
}

async function watch(
  child: GatedProcess,
  request: CommandRequest,
): Promise<Omit<CommandResult, "durationMs">> {
  const limit = request.outputLimit ?? defaultOutputLimit;
  const [stdout, stderr] = [
    new StreamTail(child.stdout, limit),
    new StreamTail(child.stderr, limit),
  ];
  // A command need not read what it is told.
  child.stdin.on("error", () => undefined);
  child.stdin.end(request.input ?? "");
  const ended = await untilOver(child, request);
  const survivors = await child.end({ graceMs: 0, termMs });
  await Promise.all([stdout.closed(drainMs), stderr.closed(drainMs)]);
  return {
    ...(child.exitCode !== null && { exitCode: child.exitCode }),
    ...(child.signalCode !== null && { signal: child.signalCode }),
    ...(ended !== undefined && { ended }),
    stdout: stdout.text(),
    stderr: stderr.text(),
    survivors,
  };
}

/** Resolves when it exited by itself or has to be ended; rejects when its record was not stored. */
async function untilOver(
  child: GatedProcess,
  { timeout, signal }: CommandRequest,
): Promise<CommandResult["ended"]> {
  const over = Promise.withResolvers<CommandResult["ended"]>();
  const onAbort = (): void => over.resolve("aborted");
  const timer = setTimeout(() => over.resolve("timeout"), timeout);
  signal?.addEventListener("abort", onAbort, { once: true });
  child.once("exit", () => over.resolve(undefined));
  child.once("error", over.reject);
  try {
    return await over.promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}
