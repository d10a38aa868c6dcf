import type { ResolvedRetry } from "../config/resolved.ts";
import type { Outcome } from "./outcome.ts";

/** What becomes of an attempt: the end of the job, or another attempt later. */
export type Decision =
  | { readonly action: "finish" }
  | {
      readonly action: "park";
      readonly waitingFor: "retry" | "window";
      /** Milliseconds since the epoch. */
      readonly wakeAt: number;
    };

const finish: Decision = { action: "finish" };
const longestBackoff = 3_600_000;
// The API's clock and ours differ a little; a request before the window opens would be refused again.
const windowMargin = 2_000;
// A refusal that says its window is open already may be repeated.
const refusedAgain = 60_000;

/**
 * Decides how a job goes on after an attempt. A used-up usage window is waited for, whatever the retry
 * policy says; other transient failures and interruptions follow the policy.
 */
export function decide(
  outcome: Outcome,
  policy: ResolvedRetry,
  { retries, now }: { readonly retries: number; readonly now: number },
): Decision {
  const resetsAt = windowEnd(outcome);
  if (resetsAt !== undefined) {
    const wakeAt = resetsAt > now ? resetsAt + windowMargin : now + refusedAgain;
    return { action: "park", waitingFor: "window", wakeAt };
  }
  const isRetried =
    outcome.isTransient === true ||
    (outcome.exitReason === "interrupted" && policy.onInterrupt === "resume");
  if (!isRetried || retries + 1 >= policy.maxAttempts) return finish;
  const backoff = Math.min(policy.backoff * 2 ** retries, longestBackoff);
  return { action: "park", waitingFor: "retry", wakeAt: now + backoff };
}

function windowEnd({ exitReason, rateLimit }: Outcome): number | undefined {
  if (exitReason !== "rate_limited" || rateLimit?.status !== "rejected") return undefined;
  return rateLimit.resetsAt === undefined ? undefined : Date.parse(rateLimit.resetsAt);
}
