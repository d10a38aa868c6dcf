import type { ChildProcess } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { execa } from "execa";
import type { AttemptFiles } from "../state/attempt-files.ts";
import type { ProcessRecord } from "../state/job-record.ts";
import { cannotStart } from "./cannot-start.ts";
import { gatedCommand } from "./gate.ts";
import type { GatedProcessOptions } from "./gated-process.ts";
import { recordProcess } from "./process-record.ts";

export interface DetachedProcessOptions extends Omit<GatedProcessOptions, "lifeline"> {
  readonly files: Pick<AttemptFiles, "prompt" | "stdout" | "stderr">;
  /** Seconds after which it is ended even when nobody lives who could; counted in steps of five. */
  readonly seconds?: number;
}

/** A child that needs nothing of this process once it has begun. */
export interface DetachedProcess {
  readonly record: ProcessRecord;
  readonly exitCode: number | null;
  readonly signalCode: NodeJS.Signals | null;
}

/**
 * Starts a command behind a gate, with files for stdio: its stdin is `files.prompt` where there is
 * one. Pipes would break, and what it says be lost, when this process dies.
 *
 * @throws {FleetManagerError} `WORKING_DIRECTORY` when nothing can be started there; what `onRecord`
 * throws, and then the command never runs.
 */
export async function startDetachedProcess(
  options: DetachedProcessOptions,
): Promise<DetachedProcess> {
  const child = spawnGated(options);
  if (child.pid === undefined) throw cannotStart(options.cwd);
  child.unref();
  const record = recordProcess(child.pid, options);
  const gate = child.stdio[3] as Writable;
  const opened = finished(gate, { readable: false }).catch(() => {
    // It was ended while it still waited.
  });
  try {
    await options.onRecord(record);
    gate.write("go\n");
  } finally {
    // Closed without "go", the gate ends by itself.
    gate.end();
    await opened;
  }
  return {
    record,
    get exitCode() {
      return child.exitCode;
    },
    get signalCode() {
      return child.signalCode;
    },
  };
}

function spawnGated(options: DetachedProcessOptions): ChildProcess {
  const { prompt, stdout, stderr } = options.files;
  for (const file of [stdout, stderr]) writeFileSync(file, "", { flag: "a", mode: 0o600 });
  const stdin = existsSync(prompt) ? prompt : "/dev/null";
  const command = gatedCommand({
    ...options,
    stdio: { stdin, stdout, stderr },
    ...(options.seconds !== undefined && { watcher: options.seconds }),
  });
  const subprocess = execa("/bin/sh", command, {
    cwd: options.cwd,
    env: { ...options.env, HERDCTL_JOB: options.marker },
    extendEnv: false,
    detached: true,
    // Otherwise execa ends the child when this process exits in good order.
    cleanup: false,
    buffer: false,
    stdio: ["ignore", "ignore", "ignore", { value: "pipe", input: true }],
  });
  // How it ends is seen in its files; a rejection would only be unhandled.
  subprocess.catch(() => undefined);
  return subprocess.nodeChildProcess;
}
