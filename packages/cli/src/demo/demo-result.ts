import { formatDuration, type Job } from "@herdctl/core";
import { formatOutcome, outcomeFormat } from "../render/outcome.ts";
import { formatCost } from "../terminal/format.ts";
import type { Output } from "../terminal/output.ts";
import { type Column, renderTable } from "../terminal/table.ts";

/** What came out of a demo. */
export interface DemoResult {
  /** Oldest first. */
  readonly jobs: readonly Job[];
  readonly commits: number;
  /** What did not end as intended. */
  readonly problems: readonly string[];
}

/** Compares what happened with what was meant to happen. */
export function judgeDemo(jobs: readonly Job[], commits: number): DemoResult {
  const of = (agentName: string): readonly Job[] =>
    jobs.filter((job) => job.agentName === agentName);
  const built = of("builder").filter((job) => job.status === "completed").length;
  const problems: string[] = [];
  if (built < 2) problems.push(`the builder completed ${built} jobs instead of two`);
  if (commits < built + 1) problems.push("a completed build has no commit");
  if (!of("reviewer").some((job) => job.status === "completed")) {
    problems.push("the reviewer did not complete its review");
  }
  if (!of("flaky").some((job) => job.status === "failed" && job.exitReason === "max_turns")) {
    problems.push("the flaky agent was not reported as failed (max_turns)");
  }
  return { jobs, commits, problems };
}

/** The final table, and the commands to look closer. */
export function renderDemo(
  { jobs, commits, problems }: DemoResult,
  {
    output,
    prefix,
    dir,
  }: { readonly output: Output; readonly prefix: string; readonly dir: string },
): string {
  const table = renderTable(columnsFor(output), jobs, {
    width: output.columns,
    title: (text) => output.style("bold", text),
  });
  const flaky = jobs.find((job) => job.agentName === "flaky");
  const reviewer = jobs.find((job) => job.agentName === "reviewer");
  const commands = [
    ...(flaky ? [`  ${prefix} job ${flaky.id}   # why flaky failed`] : []),
    ...(reviewer ? [`  ${prefix} logs ${reviewer.id}   # what the reviewer said`] : []),
    `  ${prefix} jobs`,
  ];
  const verdict =
    problems.length === 0
      ? `${output.style("green", "All as intended:")} flaky fails on purpose, and the repository has ${commits} commits.`
      : `${output.style("red", "Not as intended:")} ${problems.join("; ")}.`;
  return [
    table,
    "",
    verdict,
    "",
    "Look closer (every job has its id in the table):",
    ...commands,
    "",
    `The folder stays until you remove it: rm -r ${dir}`,
  ].join("\n");
}

function columnsFor(output: Output): readonly Column<Job>[] {
  return [
    { title: "AGENT", value: (job) => job.agentName },
    {
      title: "OUTCOME",
      value: formatOutcome,
      style: (cell, job) => output.style(outcomeFormat(job), cell),
    },
    { title: "TURNS", value: (job) => String(job.result?.turns ?? ""), align: "right" },
    { title: "TOKENS", value: (job) => tokensOf(job), align: "right" },
    { title: "COST", value: (job) => formatCost(job.result?.costUsd ?? 0), align: "right" },
    { title: "TOOK", value: (job) => formatDuration(job.durationMs ?? 0), align: "right" },
    { title: "JOB", value: (job) => job.id },
  ];
}

function tokensOf({ result }: Job): string {
  const usages = Object.values(result?.usage ?? {});
  const total = usages.reduce((sum, usage) => sum + usage.inputTokens + usage.outputTokens, 0);
  return String(total);
}
