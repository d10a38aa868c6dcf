import { FleetManagerError, isErrorCode } from "../errors.ts";
import { isFinal, type JobRecord } from "../state/job-record.ts";
import type { Fleet } from "./fleet.ts";
import { toJobResult } from "./job-view.ts";

/** Tells everybody how a job ended, as it stands in the store. */
export function reportEnd(fleet: Fleet, jobId: string): void {
  const stored = fleet.store.jobs.get(jobId);
  if (!stored || !isFinal(stored.status)) return;
  const record = fleet.redactor.value(stored);
  const { agentName } = record;
  const reason = record.exitReason ?? record.status;
  fleet.log[record.status === "failed" ? "warn" : "info"](
    `job ${jobId} ${record.status} (${reason})${record.error ? `: ${record.error.message}` : ""}`,
    { agentName, jobId },
  );
  if (record.startedAt !== undefined) fleet.emit("agent:stopped", { agentName, jobId, reason });
  if (record.status === "completed") {
    fleet.emit("job:completed", { jobId, result: toJobResult(record) });
  } else if (record.status === "failed") {
    fleet.emit("job:failed", { jobId, error: toError(record), result: toJobResult(record) });
  } else {
    fleet.emit("job:cancelled", { jobId, reason: record.cancelCause ?? "user" });
  }
  fleet.watch.notify();
}

/** Says which processes of a job the kernel would not end. */
export function warnOfSurvivors(fleet: Fleet, job: JobRecord, pids: readonly number[]): void {
  if (pids.length === 0) return;
  const { id: jobId, agentName } = job;
  fleet.log.error(`processes of job ${jobId} could not be ended: ${pids.join(", ")}`, {
    agentName,
    jobId,
  });
}

function toError(record: JobRecord): FleetManagerError {
  const code = record.error?.code;
  return new FleetManagerError(record.error?.message ?? `ended with ${record.exitReason}`, {
    code: code !== undefined && isErrorCode(code) ? code : "RUNNER_ERROR",
    context: { jobId: record.id, agentName: record.agentName, exitReason: record.exitReason },
  });
}
