import type { JobRecord } from "@herdctl/core";
import type { Evidence } from "./evidence.ts";
import type { JournalEntry } from "./journal.ts";
import { policies, type RetryPolicy } from "./trouble.ts";

type Run = Extract<JournalEntry, { kind: "ran" }>;

/** Says which jobs were tried too often or not often enough, too early, or did their work twice. */
export function findRetryViolations(evidence: Evidence): readonly string[] {
  const runs = Map.groupBy(
    evidence.journal.filter((entry) => entry.kind === "ran"),
    ({ jobId }) => jobId,
  );
  return [
    ...[...runs.values()].flatMap(needlessRuns),
    ...evidence.now.jobs.flatMap((job) => wrongEnd(job, runs.get(job.id) ?? [])),
    ...repeatedSteps(evidence),
    ...repeatedWork(evidence),
  ];
}

/** Only trouble, or a policy that resumes what was interrupted, is a reason to run a job again. */
function needlessRuns(runs: readonly Run[]): readonly string[] {
  return runs.slice(1).flatMap(({ jobId, agentName, at }, index) => {
    const trouble = runs[index]?.trouble;
    const resumes = policies[agentName]?.onInterrupt === "resume";
    if (trouble === undefined) return resumes ? [] : [`job ${jobId} ran twice`];
    if (trouble === "unknown" || trouble.status !== 429 || at >= trouble.resetsAt * 1_000)
      return [];
    return [`job ${jobId} ran before its window opened`];
  });
}

const once: RetryPolicy = { maxAttempts: 1, onInterrupt: "fail" };

function wrongEnd(job: JobRecord, runs: readonly Run[]): readonly string[] {
  const { id, agentName, exitReason, retries = 0 } = job;
  const { maxAttempts, onInterrupt } = policies[agentName] ?? once;
  if (retries >= maxAttempts) return [`job ${id} was tried again ${retries} times`];
  const last = runs.at(-1)?.trouble;
  if (last === "unknown") return [];
  const failed = runs.filter(({ trouble }) => trouble !== "unknown" && trouble?.status === 529);
  switch (exitReason) {
    case "success":
      return last ? [`job ${id} is completed after a failure`] : [];
    case "error":
      // It was herdctl's own trouble, such as a full disk.
      if (job.error?.code !== undefined) return [];
      return failed.length === maxAttempts ? [] : [`job ${id} failed after ${failed.length} tries`];
    case "rate_limited":
      return [`job ${id} did not wait for its window`];
    case "interrupted":
      return onInterrupt === "fail" ? [] : [`job ${id} was interrupted and not resumed`];
    default:
      return [];
  }
}

function repeatedSteps({ journal }: Evidence): readonly string[] {
  const steps = journal.flatMap((entry) =>
    entry.kind === "did" ? [`${entry.step} of job ${entry.jobId} in ${entry.sessionId}`] : [],
  );
  return repeated(steps).map((step) => `step ${step} was done twice`);
}

/** What is known to be done is not asked for again, whatever the session. */
function repeatedWork({ now }: Evidence): readonly string[] {
  return [...now.outputs].flatMap(([id, lines]) => {
    const steps = lines.flatMap(({ text }) => (text?.startsWith("Step ") ? [text] : []));
    return repeated(steps).map((step) => `job ${id} began anew after it had worked: ${step}`);
  });
}

function repeated(items: readonly string[]): readonly string[] {
  return items.filter((item, index) => items.indexOf(item) !== index);
}
