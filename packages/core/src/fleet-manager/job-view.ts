import type { Redactor } from "../redact.ts";
import { isFinal, type JobRecord } from "../state/job-record.ts";
import type { Job, JobResult } from "./types.ts";

/** The job as callers see it: `Date`s instead of ISO strings, secrets masked. */
export function toJob(record: JobRecord, redactor: Redactor): Job {
  const masked = redactor.value(record);
  const result = isFinal(masked.status) ? toJobResult(masked) : undefined;
  return {
    id: masked.id,
    agentName: masked.agentName,
    trigger: masked.trigger,
    status: masked.status,
    prompt: masked.prompt,
    priority: masked.priority,
    attempt: masked.attempt,
    createdAt: new Date(masked.createdAt),
    runtime: masked.runtime,
    workingDirectory: masked.workingDirectory,
    ...(masked.scheduleName !== undefined && { scheduleName: masked.scheduleName }),
    ...(masked.exitReason !== undefined && { exitReason: masked.exitReason }),
    ...(masked.waitingFor !== undefined && { waitingFor: masked.waitingFor }),
    ...(masked.waitingFor !== undefined &&
      masked.approvalId !== undefined && { approvalId: masked.approvalId }),
    ...(masked.startedAt !== undefined && { startedAt: new Date(masked.startedAt) }),
    ...(masked.finishedAt !== undefined && { completedAt: new Date(masked.finishedAt) }),
    ...durationOf(masked),
    ...(masked.workItem && { workItem: masked.workItem }),
    ...(masked.sessionId !== undefined && { sessionId: masked.sessionId }),
    ...(masked.sessionNote !== undefined && { sessionNote: masked.sessionNote }),
    ...(masked.wakeAt !== undefined && { wakeAt: new Date(masked.wakeAt) }),
    ...(masked.forkedFrom !== undefined && { forkedFrom: masked.forkedFrom }),
    ...(masked.parentJobId !== undefined && { parentJobId: masked.parentJobId }),
    ...(masked.lineage && { lineage: masked.lineage }),
    ...(masked.reason !== undefined && { reason: masked.reason }),
    ...(masked.report && { report: masked.report }),
    ...(masked.files && { files: masked.files }),
    ...(masked.cancelCause !== undefined && { cancelCause: masked.cancelCause }),
    ...(masked.error !== undefined && { error: masked.error }),
    ...(result && { result }),
  };
}

/** What came out of a finished job. */
export function toJobResult(record: JobRecord): JobResult {
  return {
    success: record.status === "completed",
    exitReason: record.exitReason ?? "error",
    turns: record.turns ?? 0,
    costUsd: record.costUsd ?? 0,
    usage: record.usage ?? {},
    permissionDenials: record.permissionDenials ?? [],
    ...(record.summary !== undefined && { summary: record.summary }),
    ...(record.structuredOutput !== undefined && { structuredOutput: record.structuredOutput }),
    ...(record.hooks && { hooks: record.hooks }),
    ...(record.expect && { expect: record.expect }),
  };
}

function durationOf(record: JobRecord): { durationMs: number } | undefined {
  if (record.startedAt === undefined || record.finishedAt === undefined) return undefined;
  return { durationMs: Date.parse(record.finishedAt) - Date.parse(record.startedAt) };
}
