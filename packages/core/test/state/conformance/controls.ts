import { describe, expect, test } from "vitest";
import type { ModelUsage } from "../../../src/state/job-record.ts";
import { localDay } from "../../../src/state/local-day.ts";
import { type OpenStore, run, start } from "./setup.ts";

const used = (tokens: number, costUsd: number): ModelUsage => ({
  inputTokens: tokens,
  outputTokens: tokens,
  cacheReadTokens: 0,
  cacheCreationTokens: 0,
  costUsd,
});
const day = localDay(new Date(start));

export function describeUsage(open: OpenStore): void {
  describe("usage", () => {
    test("adds up by day, agent and model, and counts what several attempts used once", async () => {
      const { store } = await open();
      const job = await run(store);
      await store.jobs.park(job, { waitingFor: "retry", usage: { opus: used(10, 0.5) } });
      await store.jobs.wake(job.id);
      const [again] = await store.jobs.admit({
        node: "node-1",
        leaseUntil: job.leaseUntil ?? "",
        perAgent: { writer: 1 },
      });
      if (!again) throw new Error("not admitted");
      const usage = { opus: used(15, 0.75), haiku: used(1, 0.01) };
      await store.jobs.finish(again, { status: "completed", exitReason: "success", usage });
      const other = await run(store, { agentName: "other" });
      await store.jobs.finish(other, {
        status: "failed",
        exitReason: "error",
        usage: { opus: used(1, 1) },
      });
      expect(store.usage.costUsd({ day, agentName: "writer" })).toBeCloseTo(0.76);
      expect(store.usage.costUsd({ day })).toBeCloseTo(1.76);
      expect(store.usage.costUsd({ day: "2000-01-01" })).toBe(0);
      expect(store.usage.list({ since: day, agentName: "writer" })).toEqual([
        { day, agentName: "writer", model: "haiku", ...used(1, 0.01) },
        { day, agentName: "writer", model: "opus", ...used(15, 0.75) },
      ]);
    });
  });
}

export function describePauses(open: OpenStore): void {
  describe("pauses", () => {
    test("hold until they are taken back", async () => {
      const { store } = await open();
      await store.pauses.pause("writer", "2026-03-01T12:00:00.000Z");
      await store.pauses.pause("writer", "2026-03-01T13:00:00.000Z");
      await store.pauses.pause("", "2026-03-01T12:00:00.000Z");
      expect(store.pauses.all().map(({ agentName }) => agentName)).toEqual(["", "writer"]);
      expect(store.pauses.all()[1]?.since).toBe("2026-03-01T12:00:00.000Z");
      expect(await store.pauses.resume("writer")).toBe(true);
      expect(await store.pauses.resume("writer")).toBe(false);
      expect(store.pauses.all()).toHaveLength(1);
    });
  });
}

export function describeSnapshots(open: OpenStore): void {
  describe("snapshots", () => {
    test("are stored once and found by their hash", async () => {
      const { store } = await open();
      const hash = await store.snapshots.save({ model: "opus" });
      expect(await store.snapshots.save({ model: "opus" })).toBe(hash);
      expect(await store.snapshots.save({ model: "haiku" })).not.toBe(hash);
      expect(store.snapshots.get(hash)).toEqual({ model: "opus" });
      expect(store.snapshots.get("unknown")).toBeUndefined();
    });
  });
}
