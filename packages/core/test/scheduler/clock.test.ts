import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cron, dueTimes, entry, minute, SchedulerBench } from "./harness.ts";

const hour = 60 * minute;
let bench: SchedulerBench;

beforeEach(async () => {
  bench = await SchedulerBench.open();
});

afterEach(() => bench[Symbol.asyncDispose]());

describe("a clock that is moved", () => {
  it("forwards is noticed within the check interval; what it passed over is missed", async () => {
    const { scheduler, fires, missed } = bench.scheduler();
    await scheduler.start([entry("s"), cron("noon", "0 12 * * *")]);
    await bench.settle();
    bench.clock.set("2026-01-01T12:00:01Z");
    await bench.pass(minute);
    await scheduler.stop();
    expect(dueTimes(fires, "noon")).toEqual(["12:00:00"]);
    expect(dueTimes(fires, "s")).toEqual(["00:00:00", "12:00:00"]);
    expect(missed).toMatchObject([{ scheduleName: "s", count: 143 }]);
    expect(bench.ledger("s")).toMatchObject([{}, { fate: "missed", reason: "suspended" }, {}]);
  });

  it("back begins the instants of an interval anew, with a row that says so", async () => {
    const { scheduler, fires, skipped } = bench.scheduler();
    await scheduler.start([entry("s")]);
    await bench.pass(11 * minute);
    bench.clock.jump(-hour);
    await bench.pass(12 * minute);
    await scheduler.stop();
    expect(dueTimes(fires, "s")).toEqual([
      "00:00:00",
      "00:05:00",
      "00:10:00",
      "23:16:30",
      "23:21:30",
    ]);
    expect(skipped).toContain("clock_changed");
    const era = bench.ledger("s").filter((row) => row.era === 1);
    expect(era[0]).toMatchObject({
      dueAt: "2025-12-31T23:11:30.000Z",
      reason: "clock_changed",
    });
  });

  it("back is noticed by the next scheduler too", async () => {
    const first = bench.scheduler();
    await first.scheduler.start([entry("s")]);
    await bench.pass(11 * minute);
    await first.scheduler.stop();
    bench.clock.jump(-hour);
    const second = bench.scheduler();
    await second.scheduler.start([entry("s")]);
    await bench.pass(10 * minute);
    await second.scheduler.stop();
    expect(second.skipped[0]).toBe("clock_changed");
    expect(dueTimes(second.fires, "s")).toEqual(["23:16:00", "23:21:00"]);
  });

  it("back by less than the interval changes nothing", async () => {
    const { scheduler, fires } = bench.scheduler();
    await scheduler.start([entry("s")]);
    await bench.pass(6 * minute);
    bench.clock.jump(-3 * minute);
    await bench.pass(8 * minute);
    await scheduler.stop();
    expect(dueTimes(fires, "s")).toEqual(["00:00:00", "00:05:00", "00:10:00"]);
  });

  it("back never repeats an instant of a calendar", async () => {
    const { scheduler, fires } = bench.scheduler();
    await scheduler.start([cron("s", "*/10 * * * *")]);
    await bench.pass(31 * minute);
    bench.clock.jump(-25 * minute);
    await bench.pass(35 * minute);
    await scheduler.stop();
    expect(dueTimes(fires, "s")).toEqual(["00:10:00", "00:20:00", "00:30:00", "00:40:00"]);
  });

  it("back after a wrong start lets a calendar that has not fired begin", async () => {
    bench.clock.set("2030-01-01T00:00:00Z");
    const wrong = bench.scheduler();
    await wrong.scheduler.start([cron("s", "0 * * * *")]);
    await bench.settle();
    await wrong.scheduler.stop();
    bench.clock.set("2026-01-01T00:30:00Z");
    const { scheduler, fires } = bench.scheduler();
    await scheduler.start([cron("s", "0 * * * *")]);
    await bench.pass(31 * minute);
    await scheduler.stop();
    expect(dueTimes(fires, "s")).toEqual(["01:00:00"]);
  });
});
