import { formatDuration, type Job } from "@herdctl/core";
import { formatCost, formatCount } from "../terminal/format.ts";
import type { Output } from "../terminal/output.ts";
import { formatOutcome, outcomeFormat } from "./outcome.ts";

/** A finished job in one line: `✓ completed · 3 turns · $0.01 · 4.2s`. */
export function summarizeJob(job: Job, output: Output): string {
  const { result, durationMs, status } = job;
  const mark = status === "completed" ? "✓" : "✗";
  const parts = [output.style(outcomeFormat(job), `${mark} ${formatOutcome(job)}`)];
  if (result) parts.push(formatCount(result.turns, "turn"), formatCost(result.costUsd));
  if (durationMs !== undefined) parts.push(formatDuration(durationMs));
  return parts.join(" · ");
}
