import { formatDuration, type Job, type JobResult } from "@herdctl/core";
import { formatAmount, formatCount } from "../terminal/format.ts";
import type { Output } from "../terminal/output.ts";
import { formatJobCost } from "./job-cost.ts";
import { formatOutcome, outcomeFormat } from "./outcome.ts";

/** A finished job in one line: `✓ completed · 3 turns · $0.01 · 12k tokens in, 340 out · 4.2s`. */
export function summarizeJob(job: Job, output: Output): string {
  const { result, durationMs, status } = job;
  const mark = status === "completed" ? "✓" : "✗";
  const parts = [output.style(outcomeFormat(job), `${mark} ${formatOutcome(job)}`)];
  if (result) {
    const cost = formatJobCost(result);
    parts.push(formatCount(result.turns, "turn"), ...(cost === undefined ? [] : [cost]));
    const { input, output: said } = tokensOf(result.usage);
    if (input + said > 0) parts.push(`${formatAmount(input)} tokens in, ${formatAmount(said)} out`);
  }
  if (durationMs !== undefined) parts.push(formatDuration(durationMs));
  return parts.join(" · ");
}

function tokensOf(usage: JobResult["usage"]): { readonly input: number; readonly output: number } {
  let [input, output] = [0, 0];
  for (const model of Object.values(usage)) {
    input += model.inputTokens + model.cacheReadTokens + model.cacheCreationTokens;
    output += model.outputTokens;
  }
  return { input, output };
}
