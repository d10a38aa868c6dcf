import type { JobRecord } from "@herdctl/core";
import type { Evidence } from "./evidence.ts";
import type { JournalEntry } from "./journal.ts";
import { findPauseViolations } from "./pause-invariants.ts";
import { findRetryViolations } from "./retry-invariants.ts";
import { policies } from "./trouble.ts";

/** Says what a crash has broken; empty when nothing is. */
export function findViolations(evidence: Evidence): readonly string[] {
  return [
    ...lostJobs(evidence),
    ...unsettledJobs(evidence),
    ...staleLeases(evidence),
    ...firesWithoutJob(evidence),
    ...jobsWithoutFire(evidence),
    ...gapsInLedger(evidence),
    ...tornOutputs(evidence),
    ...unfinishedCancels(evidence),
    ...findRetryViolations(evidence),
    ...findPauseViolations(evidence),
  ];
}

/** Says which jobs overtook others of their agent, which runs one at a time. */
export function findOvertaking(
  queues: readonly (readonly string[])[],
  journal: readonly JournalEntry[],
): readonly string[] {
  const ran = new Map(journal.flatMap((e, place) => (e.kind === "ran" ? [[e.jobId, place]] : [])));
  return queues.flatMap((queue) => {
    const places = queue.flatMap((id) => ran.get(id) ?? []);
    const inOrder = places.every((place, index) => index === 0 || (places[index - 1] ?? 0) < place);
    return inOrder ? [] : [`queue order was not kept: ${queue.join(", ")}`];
  });
}

function lostJobs(evidence: Evidence): readonly string[] {
  return evidence.journal.flatMap((entry) =>
    entry.kind === "accepted" && !isKnown(evidence, entry)
      ? [`accepted job ${entry.jobId} is lost`]
      : [],
  );
}

// One that the history has let go is older than every finished one that it keeps.
function isKnown(
  { now, kept }: Evidence,
  { jobId, agentName }: { readonly jobId: string; readonly agentName: string },
): boolean {
  if (now.jobs.some(({ id }) => id === jobId)) return true;
  const finished = now.jobs.filter((job) => job.agentName === agentName && isOver(job));
  return finished.length >= kept && finished.every(({ id }) => jobId < id);
}

function unsettledJobs({ now, takenOver }: Evidence): readonly string[] {
  return now.jobs.flatMap(({ id, agentName, status, exitReason, attempt }) => {
    if (policies[agentName]?.onInterrupt === "resume") return [];
    // One whose claude had not begun was started anew.
    if (!takenOver.has(id) || status === "queued" || status === "waiting" || attempt > 1) return [];
    if (status === "cancelled" || exitReason === "interrupted") return [];
    return [`job ${id} of a dead daemon is ${status} (${exitReason})`];
  });
}

function staleLeases({ now }: Evidence): readonly string[] {
  const alive = new Set(now.jobs.filter((job) => !isOver(job)).map(({ id }) => id));
  return now.leases
    .filter((id) => !alive.has(id))
    .map((id) => `job ${id} is over and still holds a session`);
}

function firesWithoutJob({ now, kept }: Evidence): readonly string[] {
  const known = new Set(now.jobs.map(({ id }) => id));
  const fired = now.fires.filter(({ fate }) => fate === "fired");
  const full = new Set(
    Object.entries(Object.groupBy(now.jobs.filter(isOver), (job) => job.agentName))
      .filter(([, jobs]) => (jobs?.length ?? 0) >= kept)
      .map(([agentName]) => agentName),
  );
  return fired
    .filter(({ jobId, agentName }) => !known.has(jobId ?? "") && !full.has(agentName))
    .map((fire) => `the fire ${fire.scheduleName} ${fire.dueAt} made job ${fire.jobId}: lost`);
}

function jobsWithoutFire({ now }: Evidence): readonly string[] {
  const rows = Map.groupBy(now.fires, ({ jobId }) => jobId);
  return now.jobs.flatMap(({ id, trigger }) => {
    const count = rows.get(id)?.length ?? 0;
    const wanted = trigger === "schedule" ? 1 : 0;
    return count === wanted ? [] : [`job ${id} (${trigger}) has ${count} rows in the ledger`];
  });
}

/** Each instant of the grid is covered once: no gap and no overlap. */
function gapsInLedger({ now, intervals }: Evidence): readonly string[] {
  return Object.entries(intervals).flatMap(([key, interval]) => {
    const rows = now.fires
      .filter((fire) => `${fire.agentName}/${fire.scheduleName}` === key)
      .map((fire) => {
        const from = Date.parse(fire.dueAt);
        return { from, until: Date.parse(fire.until ?? fire.dueAt), count: fire.count };
      })
      .toSorted((a, b) => a.from - b.from);
    return rows.flatMap(({ from, until, count }, index) => {
      const before = rows[index - 1];
      const at = new Date(from).toISOString();
      if (until - from !== (count - 1) * interval) return [`${key}: ${count} instants at ${at}`];
      if (before && from - before.until !== interval)
        return [`${key}: ${from - before.until} ms from one row to the next at ${at}`];
      return [];
    });
  });
}

function tornOutputs({ now }: Evidence): readonly string[] {
  return [...now.outputs].flatMap(([id, lines]) =>
    lines.every(({ seq }, index) => seq === index + 1)
      ? []
      : [`output of job ${id} has a gap: ${lines.map(({ seq }) => seq).join(" ")}`],
  );
}

function unfinishedCancels({ journal, now }: Evidence): readonly string[] {
  const cancelled = new Set(journal.flatMap((e) => (e.kind === "cancelled" ? [e.jobId] : [])));
  return now.jobs
    .filter((job) => cancelled.has(job.id) && !isOver(job))
    .map(({ id, status }) => `job ${id} was cancelled and is ${status}`);
}

function isOver({ status }: JobRecord): boolean {
  return status === "completed" || status === "failed" || status === "cancelled";
}
