import { startGatedProcess } from "../../processes/gated-process.ts";
import { isAlive } from "../../processes/process-record.ts";
import { askToStop, endProcesses } from "../../processes/reap.ts";
import type { AttemptFiles } from "../../state/attempt-files.ts";
import type { ProcessRecord } from "../../state/job-record.ts";
import type { ClaudeCommand, ClaudeProcess, Launcher, PipedClaude } from "./interface.ts";

export interface LocalLauncherOptions {
  readonly cwd: string;
  readonly claudePath: string;
  /** Environment of the process, the marker included. */
  readonly env: Readonly<Record<string, string>>;
  readonly jobId: string;
  /** Qualified name; shown in the process list beside the job. */
  readonly agentName: string;
  /** Ends a claude that speaks to this process, and its tools, when this process dies. */
  readonly lifeline: boolean;
  /** Milliseconds after which a claude that outlives this process is ended although nobody watches. */
  readonly timeout?: number;
  /** Stores the record; claude starts to work once it resolves, and never if it rejects. */
  readonly onRecord: (record: ProcessRecord) => Promise<void>;
}

/** Starts claude on this machine: in a session of its own, recorded before it acts, ended by record. */
export function createLocalLauncher(options: LocalLauncherOptions): Launcher {
  return {
    cwd: options.cwd,
    claudePath: options.claudePath,
    env: options.env,
    start: (command) => startPiped(options, command),
    startDetached: (command, files) => startDetached(options, { command, files }),
    attach: (record) => owned({ record, exitCode: null, signalCode: null }),
  };
}

function startPiped(options: LocalLauncherOptions, command: ClaudeCommand): PipedClaude {
  const { lifeline } = options;
  const claude = startGatedProcess({ ...command, ...processOptions(options), lifeline });
  const { end } = claude;
  return Object.assign(claude, {
    isAlive: () => isAlive(claude.record),
    interrupt: () => void askToStop(claude.record),
    end: (graceMs: number) => end({ graceMs }),
  });
}

/** Milliseconds by which whoever lives is first to say that the time is over. */
const timeoutSlackMs = 15_000;

async function startDetached(
  options: LocalLauncherOptions,
  claude: { readonly command: ClaudeCommand; readonly files: AttemptFiles },
): Promise<ClaudeProcess> {
  const { timeout } = options;
  // execa takes 50 ms to load, and only agents with `runtime: cli` need it.
  const { startDetachedProcess } = await import("../../processes/detached-process.ts");
  const child = await startDetachedProcess({
    ...claude.command,
    ...processOptions(options),
    files: claude.files,
    ...(timeout !== undefined && { seconds: Math.ceil((timeout + timeoutSlackMs) / 1_000) }),
  });
  return Object.assign(owned(child), {
    // Gone a little before it is known how, which whoever asks wants to tell.
    isAlive: () => child.exitCode === null && child.signalCode === null,
  });
}

function processOptions({ cwd, jobId, agentName, onRecord }: LocalLauncherOptions) {
  return { cwd, marker: jobId, label: `herdctl:${agentName}:${jobId}`, onRecord };
}

/** What can be done with a process by its record alone. */
function owned(child: Pick<ClaudeProcess, "record" | "exitCode" | "signalCode">): ClaudeProcess {
  const { record } = child;
  return Object.assign(child, {
    isAlive: () => isAlive(record),
    interrupt: () => void askToStop(record),
    end: (graceMs: number) => endProcesses(record, { graceMs }),
  });
}
