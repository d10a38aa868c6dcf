import type { ExitReason, JobStatus } from "./job-record.ts";

const moves: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  queued: ["running", "cancelled"],
  running: ["waiting", "completed", "failed", "cancelled"],
  waiting: ["queued", "cancelled"],
  completed: [],
  failed: [],
  cancelled: [],
};

/** Tells whether a job may go from one status to another in one step. */
export function mayMove(from: JobStatus, to: JobStatus): boolean {
  return moves[from].includes(to);
}

/** Tells whether a job may end in this status for this reason: `completed` means success, nothing else does. */
export function mayEnd(status: JobStatus, exitReason: ExitReason): boolean {
  return (status === "completed") === (exitReason === "success");
}
