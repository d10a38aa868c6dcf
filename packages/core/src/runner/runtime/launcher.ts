import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
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
    start: (command) => new LocalProcess(options, command),
  };
}

class LocalProcess implements ClaudeProcess {
  readonly record: ProcessRecord;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly #child: ChildProcess;
  readonly #pipe: Writable;

  constructor(options: LocalLauncherOptions, command: ClaudeCommand) {
    const child = spawn("/bin/sh", gatedCommand({ ...options, ...command }), {
      cwd: options.cwd,
      env: { ...command.env, HERDCTL_JOB: options.jobId },
      detached: true,
      stdio: ["pipe", "pipe", "pipe", "pipe"],
    });
    // Without a listener a failed spawn would end this process.
    child.on("error", () => undefined);
    if (child.pid === undefined) throw startFailure(options.cwd);
    const [stdin, stdout, stderr, pipe] = child.stdio;
    this.#child = child;
    this.stdin = stdin as Writable;
    this.stdout = stdout as Readable;
    this.stderr = stderr as Readable;
    this.#pipe = pipe as Writable;
    this.record = recordProcess(child.pid, options.jobId);
    // The watcher may be gone before it is told that all is well.
    this.#pipe.on("error", () => undefined);
    child.once("exit", () => this.#pipe.end("ok\n"));
    void this.#release(options.onRecord);
  }

  get killed(): boolean {
    return this.#child.killed;
  }

  get exitCode(): number | null {
    return this.#child.exitCode;
  }

  get signalCode(): NodeJS.Signals | null {
    return this.#child.signalCode;
  }

  kill(signal: NodeJS.Signals): boolean {
    return this.#child.kill(signal);
  }

  on(event: "exit" | "error", listener: (...args: never[]) => void): void {
    this.#child.on(event, listener);
  }

  once(event: "exit" | "error", listener: (...args: never[]) => void): void {
    this.#child.once(event, listener);
  }

  off(event: "exit" | "error", listener: (...args: never[]) => void): void {
    this.#child.off(event, listener);
  }

  async end(graceMs: number): Promise<readonly number[]> {
    const exited = this.#hasExited ? Promise.resolve() : once(this.#child, "exit");
    const survivors = await endProcesses(this.record, { graceMs });
    if (survivors.length === 0) await exited;
    return survivors;
  }

  get #hasExited(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async #release(onRecord: LocalLauncherOptions["onRecord"]): Promise<void> {
    try {
      await onRecord(this.record);
      if (!this.#hasExited) this.#pipe.write("go\n");
    } catch (error) {
      // Closed without "go", the gate ends by itself.
      this.#pipe.end();
      this.#child.emit("error", error);
    }
  }
}

function startFailure(cwd: string): FleetManagerError {
  return new FleetManagerError(
    `Cannot start a process in ${cwd}. Check that the folder exists and may be entered.`,
    { code: "WORKING_DIRECTORY", context: { path: cwd } },
  );
}
