import { ManualClock } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { FirstCause } from "./first-cause.ts";

describe("FirstCause", () => {
  it("is silent while nobody asks", () => {
    const cause = new FirstCause({
      signal: new AbortController().signal,
      clock: new ManualClock(),
    });
    expect(cause.signal.aborted).toBe(false);
    expect(cause.settle()).toBeUndefined();
  });

  it.each([
    ["user", "user"],
    [new Error("x"), "cancelled"],
  ])("tells the reason of an abort: %s", (reason, expected) => {
    const abort = new AbortController();
    const cause = new FirstCause({ signal: abort.signal, clock: new ManualClock() });
    abort.abort(reason);
    expect(cause.signal.aborted).toBe(true);
    expect(cause.settle()).toBe(expected);
  });

  it("knows an abort from before its time", () => {
    const signal = AbortSignal.abort("shutdown");
    const cause = new FirstCause({ signal, clock: new ManualClock(), timeout: 5 });
    expect(cause.signal.reason).toBe("shutdown");
  });

  it("is a timeout when the time is up", async () => {
    const clock = new ManualClock();
    const cause = new FirstCause({ signal: new AbortController().signal, clock, timeout: 1_000 });
    await clock.advance(999);
    expect(cause.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(cause.settle()).toBe("timeout");
  });

  it("keeps the first of two causes", async () => {
    const clock = new ManualClock();
    const abort = new AbortController();
    const cause = new FirstCause({ signal: abort.signal, clock, timeout: 1_000 });
    abort.abort("user");
    await clock.advance(1_000);
    expect(cause.settle()).toBe("user");
  });

  it("listens no longer once the run is over", async () => {
    const clock = new ManualClock();
    const abort = new AbortController();
    using cause = new FirstCause({ signal: abort.signal, clock, timeout: 1_000 });
    expect(cause.settle()).toBeUndefined();
    abort.abort("user");
    await clock.advance(1_000);
    expect(cause.settle()).toBeUndefined();
  });
});
