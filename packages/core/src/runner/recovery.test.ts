import { describe, expect, it } from "vitest";
import type { ResolvedRetry } from "../config/resolved.ts";
import type { Outcome } from "./outcome.ts";
import { decide } from "./recovery.ts";

const now = Date.parse("2026-01-01T00:00:00Z");
const failed: Outcome = {
  status: "failed",
  exitReason: "error",
  turns: 1,
  costUsd: 0,
  usage: {},
  permissionDenials: [],
};
const overloaded: Outcome = { ...failed, apiErrorStatus: 529, isTransient: true };
const three: ResolvedRetry = { maxAttempts: 3, backoff: 10_000, onInterrupt: "fail" };
const once: ResolvedRetry = { ...three, maxAttempts: 1 };
const window: Outcome = {
  ...failed,
  exitReason: "rate_limited",
  isTransient: true,
  rateLimit: { status: "rejected", resetsAt: "2026-01-01T03:00:00.000Z", type: "five_hour" },
};

describe("decide", () => {
  it.each([
    {
      name: "success",
      outcome: { ...failed, status: "completed", exitReason: "success" } as const,
    },
    { name: "an error of the work itself", outcome: failed },
    { name: "a refused login", outcome: { ...failed, exitReason: "auth" } as const },
    {
      name: "a cancel",
      outcome: { ...failed, status: "cancelled", exitReason: "cancelled" } as const,
    },
    {
      name: "an interruption that is not to be resumed",
      outcome: { ...failed, exitReason: "interrupted" } as const,
    },
  ])("finishes after $name", ({ outcome }) => {
    expect(decide(outcome, three, { retries: 0, now })).toEqual({ action: "finish" });
  });

  it.each([
    { retries: 0, wakeAt: now + 10_000 },
    { retries: 1, wakeAt: now + 20_000 },
  ])("retries a transient failure later and later ($retries)", ({ retries, wakeAt }) => {
    const decision = { action: "park", waitingFor: "retry", wakeAt };
    expect(decide(overloaded, three, { retries, now })).toEqual(decision);
  });

  it("gives up after the last attempt", () => {
    expect(decide(overloaded, three, { retries: 2, now })).toEqual({ action: "finish" });
    expect(decide(overloaded, once, { retries: 0, now })).toEqual({ action: "finish" });
  });

  it("never waits longer than an hour between attempts", () => {
    const decision = decide(overloaded, { ...three, maxAttempts: 99 }, { retries: 50, now });
    expect(decision).toMatchObject({ wakeAt: now + 3_600_000 });
  });

  it("waits for a usage window whatever the policy says", () => {
    const decision = { action: "park", waitingFor: "window", wakeAt: now + 3 * 3_600_000 + 2_000 };
    expect(decide(window, once, { retries: 5, now })).toEqual(decision);
  });

  it.each([now, now - 3_600_000])("waits a minute where the window is open already (%i)", (end) => {
    const rateLimit = { status: "rejected", resetsAt: new Date(end).toISOString() } as const;
    const decision = { action: "park", waitingFor: "window", wakeAt: now + 60_000 };
    expect(decide({ ...window, rateLimit }, once, { retries: 5, now })).toEqual(decision);
  });

  it("treats a refusal without a time as any other transient failure", () => {
    const outcome: Outcome = { ...window, rateLimit: { status: "rejected" } };
    expect(decide(outcome, once, { retries: 0, now })).toEqual({ action: "finish" });
  });

  it("resumes what was interrupted where the policy says so", () => {
    const outcome: Outcome = { ...failed, exitReason: "interrupted" };
    const decision = { action: "park", waitingFor: "retry", wakeAt: now + 10_000 };
    expect(decide(outcome, { ...three, onInterrupt: "resume" }, { retries: 0, now })).toEqual(
      decision,
    );
  });
});
