import type { ExitReason, Job, JobStatus, WaitReason } from "@herdctl/core";
import { formatInstant, formatRelative } from "../terminal/format.ts";
import type { Format } from "../terminal/output.ts";

/** Why jobs end, in a sentence. */
const exitReasons: Readonly<Record<ExitReason, string>> = {
  success: "Claude finished and reported success.",
  error: "The run failed.",
  timeout: "The run took longer than the agent's `timeout` and was stopped.",
  cancelled: "Somebody asked for its end.",
  max_turns: "The run used up its `max_turns` before it was done.",
  budget: "The run reached its budget before it was done.",
  rate_limited: "The API or the plan's usage limit refused more requests.",
  auth: "The API refuses the credentials.",
  interrupted: "The process that ran it ended before the job did.",
  empty: "Claude ended without doing or saying anything.",
  unverified: "Claude reported success, but a check in `expect` did not hold.",
  denied: "A tool that Claude needed was denied, and nothing succeeded after that.",
  oom: "Claude ran out of memory.",
  rejected: "A `before_run` hook rejected it.",
  agent_removed: "Its agent was removed from the configuration.",
};

/** What jobs in `waiting` wait for. */
const waitReasons: Readonly<Record<WaitReason, string>> = {
  retry: "its next attempt",
  window: "the usage window of the plan to reset",
  approval: "an approval",
  question: "an answer to a question",
  session: "another job to let go of its session",
  time: "the time that its agent asked for",
};

/** Status and reason in a word or two: `completed`, `failed: max_turns`. */
export function formatOutcome({
  status,
  exitReason,
  waitingFor,
}: Pick<Job, "status" | "exitReason" | "waitingFor">): string {
  if (status === "waiting" && waitingFor !== undefined) return `waiting: ${waitingFor}`;
  const isSaid = exitReason === undefined || exitReason === "success" || exitReason === status;
  return isSaid ? status : `${status}: ${exitReason}`;
}

/** What a waiting job waits for, and until when: `its next attempt, in 2m (12:00:00)`. */
export function describeWait(
  { waitingFor, wakeAt }: Pick<Job, "waitingFor" | "wakeAt">,
  now: number,
): string {
  const reason = waitingFor === undefined ? "its turn" : waitReasons[waitingFor];
  if (!wakeAt) return reason;
  return `${reason}, ${formatRelative(wakeAt, now)} (${formatInstant(wakeAt)})`;
}

/** Where the job stands and why, in a sentence. */
export function describeOutcome(job: Job, now: number): string {
  const { status, exitReason } = job;
  if (exitReason !== undefined) return exitReasons[exitReason];
  if (status === "waiting") return `It waits for ${describeWait(job, now)}.`;
  if (status === "queued") return "It waits for its turn.";
  return status === "running" ? "It is at work." : "It is over.";
}

const formats: Readonly<Record<JobStatus, Format>> = {
  queued: "dim",
  running: "cyan",
  waiting: "yellow",
  completed: "green",
  failed: "red",
  cancelled: "yellow",
};

/** Colour of a job's outcome. */
export function outcomeFormat({ status }: Pick<Job, "status">): Format {
  return formats[status];
}
