import { setTimeout as delay } from "node:timers/promises";
import type { ProcessRecord } from "../state/job-record.ts";
import { JobProcesses } from "./job-processes.ts";
import { endContainer } from "./end-container.ts";
import { emptyContainer, interruptInContainer } from "./kept-container.ts";
import { isAlive, signalProcess } from "./process-record.ts";

export interface EndProcessesOptions {
  /** Milliseconds that claude gets after SIGINT to end its tools and itself (default 3,000). */
  readonly graceMs?: number;
  /** Milliseconds that whatever is left gets after SIGTERM (default 500). */
  readonly termMs?: number;
  /** Milliseconds of SIGKILL before giving up on what the kernel will not end (default 10,000). */
  readonly killMs?: number;
}

const pollMs = 10;

/** Pids of everything that the job of this record has running. */
export function findJobProcesses(record: ProcessRecord): readonly number[] {
  return new JobProcesses(record).scan().map((entry) => entry.pid);
}

/**
 * Ends a claude and everything that it started: SIGINT to claude, which then ends its tools; SIGTERM
 * to what is left; SIGKILL until two looks in a row find nothing. A container that stays is emptied.
 *
 * @returns Pids that are alive nevertheless; none, unless the kernel cannot end them.
 */
export async function endProcesses(
  record: ProcessRecord,
  options: EndProcessesOptions = {},
): Promise<readonly number[]> {
  const { graceMs = 3_000, termMs = 500, killMs = 10_000 } = options;
  const processes = new JobProcesses(record);
  const mayBegin = isAlive(record);
  if (mayBegin && graceMs > 0) {
    // Seen before the tree falls apart: a tool that wiped its environment is only known by its parent.
    processes.scan();
    await askToStop(record);
    await until(() => !isAlive(record), graceMs);
  }
  if (record.container !== undefined) await endContained(record, record.container, mayBegin);
  if (await isEmpty(processes)) return [];

  for (const entry of processes.scan()) processes.signal(entry, "SIGTERM");
  await until(() => processes.scan().length === 0, termMs);

  const deadline = performance.now() + killMs;
  while (!(await isEmpty(processes)) && performance.now() < deadline) {
    for (const entry of processes.scan()) processes.signal(entry, "SIGKILL");
    await delay(pollMs);
  }
  return processes.scan().map((entry) => entry.pid);
}

/** Asks a claude to stop what it does and to tell its result. */
export async function askToStop(record: ProcessRecord): Promise<void> {
  const { container, keepsContainer } = record;
  if (keepsContainer && container !== undefined) await interruptInContainer(container);
  // This process is never part of a job.
  else if (record.pid !== process.pid) signalProcess(record, "SIGINT");
}

/** What had to be made to end, or cannot be ended, takes the container with it. */
async function endContained(
  record: ProcessRecord,
  container: string,
  mayBegin: boolean,
): Promise<void> {
  const mayStay = record.keepsContainer === true && !isAlive(record);
  if (mayStay && (await emptyContainer(container))) return;
  await endContainer(container, { mayBegin });
}

/** Two looks, because a fork in progress hides from one. */
async function isEmpty(processes: JobProcesses): Promise<boolean> {
  if (processes.scan().length > 0) return false;
  await delay(pollMs);
  return processes.scan().length === 0;
}

async function until(condition: () => boolean, ms: number): Promise<void> {
  const deadline = performance.now() + ms;
  for (
    let wait = pollMs;
    !condition() && performance.now() < deadline;
    wait = Math.min(wait * 1.5, 100)
  ) {
    await delay(Math.min(wait, Math.max(1, deadline - performance.now())));
  }
}
