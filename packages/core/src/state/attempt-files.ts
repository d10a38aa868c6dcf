import { join } from "node:path";

/**
 * Files between herdctl and one attempt's claude. They are all there is to say how a run went whose
 * owner died, so nothing in them is ever rewritten.
 */
export interface AttemptFiles {
  /** Folder of the attempt; what else it needs is kept here too. */
  readonly dir: string;
  readonly prompt: string;
  /** What claude says, one JSON object a line. */
  readonly stdout: string;
  readonly stderr: string;
  /** There once claude was ended because its time was over while nobody watched. */
  readonly timedOut: string;
}

export const timedOutFile = "timed-out";

/** Folder of what a job needs beside its output. */
export function jobFolder(stateDir: string, id: string): string {
  return join(stateDir, "jobs", id);
}

export function attemptFiles(stateDir: string, id: string, attempt: number): AttemptFiles {
  const dir = join(jobFolder(stateDir, id), String(attempt));
  return {
    dir,
    prompt: join(dir, "prompt"),
    stdout: join(dir, "stdout.jsonl"),
    stderr: join(dir, "stderr.log"),
    timedOut: join(dir, timedOutFile),
  };
}
