import { setTimeout as delay } from "node:timers/promises";
import type { ProcessRecord } from "../../src/state/job-record.ts";
import type { Launcher, PipedClaude } from "../../src/runner/runtime/interface.ts";
import {
  createLocalLauncher,
  type LocalLauncherOptions,
} from "../../src/runner/runtime/launcher.ts";

/** Resolves with the first value that is not `undefined`, `false` or empty. */
export async function eventually<T>(
  look: () => T | Promise<T>,
  what: string,
  ms = 240_000,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + ms;
  for (;;) {
    const value = await look();
    if (value !== undefined && value !== null && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`Waited ${ms} ms for ${what}`);
    await delay(20);
  }
}

let jobs = 0;

/** A marker that no other test and no earlier run used. */
export function uniqueJobId(): string {
  jobs += 1;
  return `job-test-${process.pid}-${Date.now()}-${jobs}`;
}

/** Starts shells where claude would be. */
export function shellLauncher(
  jobId: string,
  options: Partial<Omit<LocalLauncherOptions, "jobId">> = {},
): Launcher {
  return createLocalLauncher({
    cwd: process.cwd(),
    claudePath: "/bin/sh",
    env: { PATH: process.env["PATH"] ?? "" },
    jobId,
    agentName: "writer",
    lifeline: true,
    onRecord: () => Promise.resolve(),
    ...options,
  });
}

/** Starts a shell script where claude would be. */
export function launchScript(
  script: string,
  options: Partial<LocalLauncherOptions> = {},
): {
  readonly started: PipedClaude;
  readonly record: ProcessRecord;
  readonly output: () => string;
} {
  const launcher = shellLauncher(options.jobId ?? uniqueJobId(), options);
  const started = launcher.start({ command: "/bin/sh", args: ["-c", script], env: launcher.env });
  let output = "";
  started.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  started.stderr.resume();
  return { started, record: started.record, output: () => output };
}
