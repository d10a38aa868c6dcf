import { existsSync, statSync } from "node:fs";
import { isAlive } from "../processes/process-record.ts";
import type { AttemptFiles } from "../state/attempt-files.ts";
import type { JobRecord } from "../state/job-record.ts";

export interface RunningTime {
  readonly record: JobRecord;
  readonly files: AttemptFiles;
  /** When the attempt began, and now; milliseconds since the epoch. */
  readonly started: number;
  readonly now: number;
  readonly adopt?: JobRecord["launch"];
}

/** When a claude ended that nobody watched, milliseconds since the epoch: nothing runs after that. */
export function endedAlone(
  { stdout }: AttemptFiles,
  { process }: NonNullable<JobRecord["launch"]>,
): number | undefined {
  if (isAlive(process)) return undefined;
  return statSync(stdout, { throwIfNoEntry: false })?.mtimeMs;
}

/**
 * Milliseconds that an attempt may still run, where there is a limit. Only running counts: a job that
 * waited for hours still has its time, and one that ended while nobody watched was in time, unless its
 * own watcher ended it.
 */
export function timeLeft({ record, files, started, now, adopt }: RunningTime): number | undefined {
  if (record.timeout === undefined) return undefined;
  const left = Math.max(1, started + record.timeout - (record.ranMs ?? 0) - now);
  if (!adopt || isAlive(adopt.process)) return left;
  return existsSync(files.timedOut) ? 1 : undefined;
}
