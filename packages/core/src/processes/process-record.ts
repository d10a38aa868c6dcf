import type { ProcessRecord } from "../state/job-record.ts";
import { type ProcessEntry, readBootId, readProcess } from "./process-table.ts";

let bootId: string | undefined;

/** The identity of a process of ours that has just been started. */
export function recordProcess(
  pid: number,
  {
    marker,
    container,
    keepsContainer,
  }: Pick<ProcessRecord, "marker" | "container" | "keepsContainer">,
): ProcessRecord {
  bootId ??= readBootId();
  // 0 matches no process: one that died at once is recorded as dead.
  const startTicks = readProcess(pid)?.startTicks ?? 0;
  return {
    pid,
    startTicks,
    bootId,
    marker,
    ...(container !== undefined && { container }),
    ...(keepsContainer && { keepsContainer }),
  };
}

/** Tells whether exactly this process still runs: not a zombie, and not a later one with its pid. */
export function isAlive(record: ProcessRecord): boolean {
  bootId ??= readBootId();
  return record.bootId === bootId && isSameProcess(record, readProcess(record.pid));
}

/** Sends a signal to exactly this process, if it still runs. */
export function signalProcess(
  record: Pick<ProcessRecord, "pid" | "startTicks">,
  signal: NodeJS.Signals,
): void {
  if (!isSameProcess(record, readProcess(record.pid))) return;
  try {
    process.kill(record.pid, signal);
  } catch {
    // It ended between the look and the signal.
  }
}

/** Compares a record with what the process table shows under its pid now. */
export function isSameProcess(
  record: Pick<ProcessRecord, "pid" | "startTicks">,
  entry: ProcessEntry | undefined,
): boolean {
  return (
    entry !== undefined &&
    !entry.zombie &&
    entry.pid === record.pid &&
    entry.startTicks === record.startTicks
  );
}
