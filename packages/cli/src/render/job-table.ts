import { formatDuration, type Job } from "@herdctl/core";
import { formatRelative } from "../terminal/format.ts";
import type { Output } from "../terminal/output.ts";
import { type Column, renderTable } from "../terminal/table.ts";
import { formatJobCost } from "./job-cost.ts";
import { formatOutcome, outcomeFormat } from "./outcome.ts";

/** A table of jobs. */
export function renderJobs(
  jobs: readonly Job[],
  { output, now }: { readonly output: Output; readonly now: number },
): string {
  const columns: readonly Column<Job>[] = [
    { title: "JOB", value: (job) => job.id },
    { title: "AGENT", value: (job) => job.agentName, shrinks: true },
    {
      title: "TRIGGER",
      value: (job) => job.scheduleName ?? job.trigger,
      shrinks: true,
      optional: true,
    },
    {
      title: "OUTCOME",
      value: (job) => outcomeOf(job, now),
      style: (cell, job) => output.style(outcomeFormat(job), cell),
      shrinks: true,
    },
    { title: "STARTED", value: (job) => formatRelative(job.startedAt ?? job.createdAt, now) },
    { title: "TOOK", value: (job) => tookOf(job, now), align: "right", optional: true },
    {
      title: "TURNS",
      value: (job) => String(job.result?.turns ?? ""),
      align: "right",
      optional: true,
    },
    { title: "COST", value: (job) => costOf(job), align: "right", optional: true },
  ];
  return renderTable(columns, jobs, {
    width: output.columns,
    title: (text) => output.style("bold", text),
  });
}

function outcomeOf(job: Job, now: number): string {
  const until =
    job.status === "waiting" && job.wakeAt ? `, ${formatRelative(job.wakeAt, now)}` : "";
  return formatOutcome(job) + until;
}

function tookOf(job: Job, now: number): string {
  if (job.durationMs !== undefined) return formatDuration(job.durationMs);
  if (job.status !== "running" || !job.startedAt) return "";
  return formatDuration(Math.max(0, now - job.startedAt.getTime()));
}

function costOf({ result }: Job): string {
  return result ? (formatJobCost(result) ?? "–") : "";
}
