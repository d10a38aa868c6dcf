import { formatDuration } from "../../duration.ts";
import type { JobRecord } from "../../state/job-record.ts";
import type { Approval } from "../approvals/approval-types.ts";
import type { FleetEvents } from "../event-types.ts";

/** What a person is told. */
export interface Notice {
  readonly event: "failed" | "missed" | "waiting" | "summary";
  /** One sentence. */
  readonly message: string;
  /** ISO time. */
  readonly timestamp: string;
  /** Name of the fleet. */
  readonly fleet?: string;
  readonly agentName?: string;
  readonly scheduleName?: string;
  readonly jobId?: string;
  readonly exitReason?: string;
  readonly error?: string;
  readonly waitingFor?: string;
  /** What `herdctl approvals` calls that for which it waits. */
  readonly approvalId?: string;
  /** ISO times of the first and last due instant, or of the first and last notice of a summary. */
  readonly from?: string;
  readonly until?: string;
  /** Due instants, or notices of a summary. */
  readonly count?: number;
  /** Notices of a summary by event. */
  readonly counts?: Readonly<Record<string, number>>;
}

/** What a notice says of its event; when and where is added for all. */
export type NoticeFacts = Omit<Notice, "timestamp" | "fleet">;

/** A job failed. */
export function failedNotice(job: JobRecord): NoticeFacts {
  const reason = job.exitReason ?? "error";
  const error = job.error?.message;
  return {
    ...factsOf(job),
    event: "failed",
    message: `job ${job.id} of ${job.agentName} failed (${reason})${error ? `: ${error}` : ""}`,
    exitReason: reason,
    ...(error !== undefined && { error }),
  };
}

/** Due instants passed while nobody could fire them. */
export function missedNotice(missed: FleetEvents["schedule:missed"][0]): NoticeFacts {
  const { agentName, scheduleName, count, from, until } = missed;
  const over = formatDuration(until.getTime() - from.getTime());
  const times = count === 1 ? "a due time" : `${count} due times in ${over}`;
  return {
    event: "missed",
    message: `schedule ${agentName}/${scheduleName} missed ${times}`,
    agentName,
    scheduleName,
    from: from.toISOString(),
    until: until.toISOString(),
    count,
  };
}

/**
 * A job waits for a usage window. For a person it has told so before it began to wait; other waits end
 * by themselves in a moment.
 */
export function waitingNotice(job: JobRecord): NoticeFacts | undefined {
  const { waitingFor, wakeAt } = job;
  if (waitingFor !== "window") return undefined;
  const until = wakeAt === undefined ? "" : ` until ${wakeAt}`;
  return {
    ...factsOf(job),
    event: "waiting",
    message: `job ${job.id} of ${job.agentName} waits for the usage window${until}`,
    waitingFor,
  };
}

const longestCall = 300;

/** A tool call of a job waits for a person. */
export function approvalNotice(approval: Approval): NoticeFacts {
  const { id, jobId, agentName, kind, question, toolName, input } = approval;
  const call = question ?? `${toolName} ${JSON.stringify(input)}`;
  const said = call.length <= longestCall ? call : `${call.slice(0, longestCall)}…`;
  const what = kind === "question" ? "an answer" : "an approval";
  return {
    event: "waiting",
    message: `job ${jobId} of ${agentName} waits for ${what} (${id}): ${said}`,
    agentName,
    jobId,
    waitingFor: kind,
    approvalId: id,
  };
}

/** Stands for notices that would have been too many. */
export function summaryNotice(held: readonly Notice[]): NoticeFacts {
  const counts: Record<string, number> = {};
  for (const { event } of held) counts[event] = (counts[event] ?? 0) + 1;
  const parts = Object.entries(counts).map(([event, count]) => `${count} ${event}`);
  const agents = [...new Set(held.flatMap(({ agentName }) => agentName ?? []))];
  const named = agents.slice(0, 5).join(", ") + (agents.length > 5 ? ", …" : "");
  const [first, last] = [held.at(0), held.at(-1)];
  return {
    event: "summary",
    message: `${held.length} more: ${parts.join(", ")} (${named})`,
    count: held.length,
    counts,
    ...(first && { from: first.timestamp }),
    ...(last && { until: last.timestamp }),
  };
}

function factsOf(job: JobRecord): Pick<NoticeFacts, "agentName" | "scheduleName" | "jobId"> {
  const { agentName, scheduleName, id: jobId } = job;
  return { agentName, jobId, ...(scheduleName !== undefined && { scheduleName }) };
}
