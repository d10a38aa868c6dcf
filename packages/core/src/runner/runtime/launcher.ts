import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { FleetManagerError } from "../../errors.ts";
import type { ProcessRecord } from "../../state/job-record.ts";
import { gatedCommand } from "./gate.ts";
import type { ClaudeCommand, ClaudeProcess, Launcher } from "./interface.ts";
import { recordProcess } from "./process-record.ts";
import { endProcesses } from "./reap.ts";

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
    start: (command) => startProcess(options, command),
  };
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

function startProcess(options: LocalLauncherOptions, command: ClaudeCommand): ClaudeProcess {
  const label = `herdctl:${options.agentName}:${options.jobId}`;
  const args = gatedCommand({ ...command, label, lifeline: options.lifeline });
  const child = spawn("/bin/sh", args, {
    cwd: options.cwd,
    env: { ...command.env, HERDCTL_JOB: options.jobId },
    detached: true,
    stdio: ["pipe", "pipe", "pipe", "pipe"],
  }) as Child;
  // Without a listener a failed spawn would end this process.
  child.on("error", () => undefined);
  if (child.pid === undefined) throw startFailure(options.cwd);
  const record = recordProcess(child.pid, options.jobId);
  void openGate(child, () => options.onRecord(record));
  return Object.assign(child, { record, end: (graceMs: number) => end(child, record, graceMs) });
}

async function openGate(child: Child, store: () => Promise<void>): Promise<void> {
  const pipe = child.stdio[3] as Writable;
  // The watcher may be gone before it is told that all is well.
  pipe.on("error", () => undefined);
  child.once("exit", () => pipe.end("ok\n"));
  try {
    await store();
    if (!hasExited(child)) pipe.write("go\n");
  } catch (error) {
    // Closed without "go", the gate ends by itself.
    pipe.end();
    child.emit("error", error instanceof Error ? error : new Error(String(error)));
  }
}

async function end(
  child: Child,
  record: ProcessRecord,
  graceMs: number,
): Promise<readonly number[]> {
  const exited = new Promise<void>((resolve) => {
    if (hasExited(child)) resolve();
    else child.once("exit", () => resolve());
  });
  const survivors = await endProcesses(record, { graceMs });
  if (survivors.length === 0) await exited;
  return survivors;
}

function hasExited(child: Child): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function startFailure(cwd: string): FleetManagerError {
  return new FleetManagerError(
    `Cannot start a process in ${cwd}. Check that the folder exists and may be entered.`,
    { code: "WORKING_DIRECTORY", context: { path: cwd } },
  );
}
