import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { ProcessRecord } from "../state/job-record.ts";
import { cannotStart } from "./cannot-start.ts";
import { gatedCommand } from "./gate.ts";
import { recordProcess } from "./process-record.ts";
import { endProcesses, type EndProcessesOptions } from "./reap.ts";

export interface GatedProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `HERDCTL_JOB` of the process and of everything that it starts. */
  readonly marker: string;
  /** What the process list shows. */
  readonly label: string;
  /** Container that the command starts and stands for, ended together with it. */
  readonly container?: string;
  /** That container was there before and stays: what runs in it ends. */
  readonly keepsContainer?: true;
  /** Ends it and what it started when this process dies. */
  readonly lifeline: boolean;
  /** Stores the record; the command starts once it resolves, and never if it rejects. */
  readonly onRecord: (record: ProcessRecord) => Promise<void>;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** A child process in a session of its own, recorded before it acts, ended by record. */
export type GatedProcess = Child & {
  readonly record: ProcessRecord;
  /** Ends it and everything that it started; resolves with the pids that are alive nevertheless. */
  readonly end: (how: EndProcessesOptions) => Promise<readonly number[]>;
};

/**
 * Starts a command behind a gate: it does nothing until its record is stored. A record that cannot be
 * stored is told in an `error` event.
 *
 * @throws {FleetManagerError} `WORKING_DIRECTORY` when nothing can be started there.
 */
export function startGatedProcess(options: GatedProcessOptions): GatedProcess {
  const child = spawn(
    "/bin/sh",
    gatedCommand({ ...options, ...(options.lifeline && { watcher: "lifeline" }) }),
    {
      cwd: options.cwd,
      env: { ...options.env, HERDCTL_JOB: options.marker },
      detached: true,
      stdio: ["pipe", "pipe", "pipe", "pipe"],
    },
  ) as Child;
  // Without a listener a failed spawn would end this process.
  child.on("error", () => undefined);
  if (child.pid === undefined) throw cannotStart(options.cwd);
  const record = recordProcess(child.pid, options);
  void openGate(child, () => options.onRecord(record));
  return Object.assign(child, {
    record,
    end: (how: EndProcessesOptions) => end(child, record, how),
  });
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
  how: EndProcessesOptions,
): Promise<readonly number[]> {
  const exited = new Promise<void>((resolve) => {
    if (hasExited(child)) resolve();
    else child.once("exit", () => resolve());
  });
  const survivors = await endProcesses(record, how);
  if (survivors.length === 0) await exited;
  return survivors;
}

function hasExited(child: Child): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
