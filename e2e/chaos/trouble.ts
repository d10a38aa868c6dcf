import type { JournalEntry, Trouble } from "./journal.ts";

/** Attempts that an agent's jobs get, and what becomes of them when their daemon dies. */
export interface RetryPolicy {
  readonly maxAttempts: number;
  readonly onInterrupt: "fail" | "resume";
}

/** Agents that try again; those of no other name do. */
export const policies: Readonly<Record<string, RetryPolicy>> = {
  flaky: { maxAttempts: 3, onInterrupt: "fail" },
  resumer: { maxAttempts: 1_000, onInterrupt: "resume" },
};

type Run = Extract<JournalEntry, { kind: "ran" }>;

/** Decides what a run meets: some jobs fail more often than they are tried. */
export function troubleOf(
  { jobId, agentName }: Pick<Run, "jobId" | "agentName">,
  journal: readonly JournalEntry[],
  now: number,
): Trouble | undefined {
  const earlier = journal.filter((entry) => entry.kind === "ran" && entry.jobId === jobId).length;
  if (agentName === "flaky" && earlier < jobId.charCodeAt(jobId.length - 1) % 4) {
    return { status: 529 };
  }
  if (agentName === "windowed" && earlier === 0) {
    return { status: 429, resetsAt: Math.ceil(now / 1_000) + 1 };
  }
  return undefined;
}
