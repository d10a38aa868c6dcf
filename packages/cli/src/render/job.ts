import {
  type ExpectResult,
  formatDuration,
  type HookResult,
  type Job,
  type JobResult,
  type ModelUsage,
  type SentFile,
} from "@herdctl/core";
import { formatCost, formatCount, formatInstant, formatSize } from "../terminal/format.ts";
import type { Output } from "../terminal/output.ts";
import { quote } from "../terminal/shell.ts";
import { truncate } from "../terminal/width.ts";
import { waysToAnswer } from "./approvals.ts";
import { formatJobCost } from "./job-cost.ts";
import { describeOutcome, formatOutcome, outcomeFormat } from "./outcome.ts";
import type { ToolCall } from "./tool-calls.ts";

/** What {@link explainJob} needs beside the job. */
export interface ExplainOptions {
  readonly toolCalls: readonly ToolCall[];
  /** `herdctl` with the options that lead here. */
  readonly prefix: string;
  readonly output: Output;
  readonly now: number;
}

/** One screen about one job: how it ended, why, what it did last, and how to go on. */
export function explainJob(job: Job, options: ExplainOptions): string {
  const { output, toolCalls, prefix } = options;
  const sections = [
    headOf(job, options),
    factsOf(job, options),
    section(
      "Last tool calls",
      toolCalls.map((call) => describeCall(call, output)),
      output,
    ),
    section("Report", reportOf(job), output),
    section("Files", (job.files ?? []).map(describeFile), output),
    section("Checks", (job.result?.expect ?? []).map(describeCheck), output),
    section("Hooks", (job.result?.hooks ?? []).map(describeHook), output),
    section("Denied", (job.result?.permissionDenials ?? []).map(describeDenial), output),
    section("Go on", waysOn(job, prefix), output),
  ];
  return sections.filter((text) => text !== "").join("\n\n");
}

function headOf(job: Job, { output, now }: ExplainOptions): string {
  const outcome = output.style(outcomeFormat(job), formatOutcome(job));
  const lines = [
    `${output.style("bold", job.id)}  ${job.agentName}  ${outcome}`,
    describeOutcome(job, now),
  ];
  const { cancelCause, error } = job;
  if (cancelCause !== undefined) lines.push(`Asked for by: ${cancelCause}.`);
  if (error && job.status !== "cancelled") lines.push(output.style("red", error.message.trimEnd()));
  return lines.join("\n");
}

function didOf(result: JobResult): string {
  const cost = formatJobCost(result) ?? "cost unknown";
  return `${formatCount(result.turns, "turn")}, ${cost}`;
}

function factsOf(job: Job, { output, now }: ExplainOptions): string {
  const width = Math.min(output.columns, 120) - 12;
  const { result } = job;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["prompt", truncate(job.prompt.replaceAll(/\s+/g, " ").trim(), Math.max(40, width))],
    ["trigger", triggerOf(job)],
    ["why", job.reason],
    ["work", job.workItem && `${job.workItem.title} (${job.workItem.location})`],
    ["ran", ranOf(job, now)],
    ["in", job.workingDirectory],
    ["session", sessionOf(job)],
    ["did", result && didOf(result)],
    ...Object.entries(result?.usage ?? {}).map(
      ([model, usage]) => ["tokens", `${model}: ${tokensOf(usage)}`] as const,
    ),
    ["answer", result?.summary && truncate(result.summary.trim(), 1_000)],
  ];
  return facts
    .filter((fact): fact is readonly [string, string] => fact[1] !== undefined && fact[1] !== "")
    .map(([name, value]) => `${output.style("dim", name.padEnd(9))} ${indentAfterFirst(value)}`)
    .join("\n");
}

function sessionOf({ sessionId, sessionNote }: Job): string | undefined {
  return sessionNote === undefined ? sessionId : `${sessionId ?? "new"}, fresh: ${sessionNote}`;
}

function triggerOf(job: Job): string {
  const { trigger, scheduleName, forkedFrom, lineage, parentJobId, priority } = job;
  const parts = [trigger === "schedule" ? `schedule ${scheduleName ?? ""}`.trim() : trigger];
  if (trigger !== "schedule" && scheduleName !== undefined) parts.push(`schedule ${scheduleName}`);
  if (parentJobId !== undefined) parts.push(`asked for by ${parentJobId}`);
  if (lineage) parts.push(`after ${lineage.join(" → ")}`);
  if (forkedFrom !== undefined) parts.push(`forked from ${forkedFrom}`);
  if (priority !== 0) parts.push(`priority ${priority}`);
  return parts.join(", ");
}

function ranOf(
  { createdAt, startedAt, completedAt, durationMs, attempt }: Job,
  now: number,
): string {
  if (!startedAt) return `not yet; asked for at ${formatInstant(createdAt)}`;
  const since = now - startedAt.getTime();
  const took = durationMs ?? (completedAt ? undefined : Math.max(0, since));
  const length =
    took === undefined ? "" : `, ${completedAt ? "" : "so far "}${formatDuration(took)}`;
  return `${formatInstant(startedAt)}${length}${attempt > 1 ? `, attempt ${attempt}` : ""}`;
}

function tokensOf(usage: ModelUsage): string {
  const parts = [`${usage.inputTokens} in`, `${usage.outputTokens} out`];
  if (usage.cacheReadTokens > 0) parts.push(`${usage.cacheReadTokens} read from cache`);
  if (usage.cacheCreationTokens > 0) parts.push(`${usage.cacheCreationTokens} written to cache`);
  return `${parts.join(", ")}, ${formatCost(usage.costUsd)}`;
}

function describeCall({ text, outcome, message }: ToolCall, output: Output): string {
  if (outcome === "failed")
    return `${text}\n      ${output.style("red", `failed: ${message ?? ""}`)}`;
  return outcome === "ok" ? text : `${text}  ${output.style("dim", "(no result)")}`;
}

function describeDenial({ toolName, input }: { toolName: string; input: unknown }): string {
  return `${toolName} ${truncate(JSON.stringify(input) ?? "", 100)}`;
}

function reportOf({ report }: Job): readonly string[] {
  if (!report) return [];
  const summary = `${report.status}: ${report.summary.trim().replaceAll("\n", "\n    ")}`;
  return report.data ? [summary, truncate(JSON.stringify(report.data), 1_000)] : [summary];
}

function describeFile({ title, name, size, path }: SentFile): string {
  return `${title ?? name} (${formatSize(size)})  ${path}`;
}

function describeCheck({ subject, success, error }: ExpectResult): string {
  return `${truncate(subject, 60)}  ${success ? "ok" : (error ?? "does not hold")}`;
}

function describeHook({ phase, index, name, success, durationMs, error }: HookResult): string {
  const took = durationMs === undefined ? "" : `, ${formatDuration(durationMs)}`;
  const end = success === true ? `ok${took}` : (error ?? "its end is not known");
  return `${phase} ${name ?? index + 1}  ${end}`;
}

function waysOn(job: Job, prefix: string): readonly string[] {
  const { id, sessionId, workingDirectory } = job;
  const isOver = job.result !== undefined;
  const ways: (readonly [string, string])[] = [
    isOver
      ? [`${prefix} logs ${id}`, "the whole output"]
      : [`${prefix} logs ${id} -f`, "watch it work"],
  ];
  const { approvalId, waitingFor } = job;
  if (approvalId !== undefined && (waitingFor === "approval" || waitingFor === "question")) {
    ways.push([`${prefix} approvals`, "see what it asks"]);
    ways.push(...waysToAnswer({ id: approvalId, kind: waitingFor }, prefix));
  }
  if (!isOver) ways.push([`${prefix} cancel ${id}`, "end it"]);
  if (isOver) ways.push([`${prefix} retry ${id}`, "run it again"]);
  if (isOver && sessionId !== undefined) {
    ways.push([`${prefix} resume ${id} -p "…"`, "continue its session"]);
    ways.push([
      `cd ${quote(workingDirectory)} && claude --resume ${sessionId}`,
      "continue by hand",
    ]);
  }
  return ways.map(([command, meaning]) => `${command}  # ${meaning}`);
}

function section(title: string, lines: readonly string[], output: Output): string {
  if (lines.length === 0) return "";
  return [output.style("bold", title), ...lines.map((line) => `  ${line}`)].join("\n");
}

function indentAfterFirst(text: string): string {
  return text.replaceAll("\n", `\n${" ".repeat(10)}`);
}
