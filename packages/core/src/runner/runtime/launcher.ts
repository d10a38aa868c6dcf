import { startGatedProcess } from "../../processes/gated-process.ts";
import type { ProcessRecord } from "../../state/job-record.ts";
import type { ClaudeCommand, Launcher, PipedClaude } from "./interface.ts";

export interface LocalLauncherOptions {
  readonly cwd: string;
  readonly claudePath: string;
  /** Environment of the process, the marker included. */
  readonly env: Readonly<Record<string, string>>;
  readonly jobId: string;
  /** Qualified name; shown in the process list beside the job. */
  readonly agentName: string;
  /** Ends claude and its tools when this process dies. */
  readonly lifeline: boolean;
  /** Stores the record; claude starts to work once it resolves, and never if it rejects. */
  readonly onRecord: (record: ProcessRecord) => Promise<void>;
}

/** Starts claude on this machine: in a session of its own, recorded before it acts, ended by record. */
export function createLocalLauncher(options: LocalLauncherOptions): Launcher {
  return {
    cwd: options.cwd,
    claudePath: options.claudePath,
    env: options.env,
    start: (command) => startClaude(options, command),
  };
}

function startClaude(options: LocalLauncherOptions, command: ClaudeCommand): PipedClaude {
  const { cwd, jobId, agentName, lifeline, onRecord } = options;
  const label = `herdctl:${agentName}:${jobId}`;
  const claude = startGatedProcess({ ...command, cwd, marker: jobId, label, lifeline, onRecord });
  const { end } = claude;
  return Object.assign(claude, { end: (graceMs: number) => end({ graceMs }) });
}
