import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "@herdctl/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ResolvedSchedule } from "../../src/config/resolved.ts";
import { silentLogger } from "../../src/logger.ts";
import { type MissedRange, type ScheduleEntry, Scheduler } from "../../src/scheduler/scheduler.ts";
import { StateManager } from "../../src/state/manager.ts";
import type { FireKey } from "../../src/state/store.ts";

const minute = 60_000;

let dir: string;
let state: StateManager;
let clock: ManualClock;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "herdctl-scheduler-"));
  clock = new ManualClock("2026-01-01T00:00:00Z");
  state = await StateManager.open({ stateDir: dir, clock });
});

afterEach(async () => {
  await state.close();
  await rm(dir, { recursive: true });
});

function entry(name: string, fields: Partial<ResolvedSchedule> = {}): ScheduleEntry {
  return {
    agentName: "a",
    schedule: {
      name,
      type: "interval",
      interval: 5 * minute,
      expression: "5m",
      enabled: true,
      jitter: 0,
      overlap: "skip",
      catchUp: "latest",
      catchUpWindow: 1_440 * minute,
      resumeSession: false,
      outputToFile: false,
      source: { file: "a.yaml", line: 1 },
      ...fields,
    },
  };
}

interface Recorded {
  readonly scheduler: Scheduler;
  readonly fires: FireKey[];
  readonly missed: MissedRange[];
}

function createScheduler(
  decide: (key: FireKey) => Promise<void> = () => Promise.resolve(),
): Recorded {
  const fires: FireKey[] = [];
  const missed: MissedRange[] = [];
  const scheduler = new Scheduler({
    clock,
    logger: silentLogger,
    store: state.store,
    checkInterval: 30_000,
    onFire: async (_, key) => {
      fires.push(key);
      await decide(key);
      await state.store.fires.resolve(key, { fate: "skipped", reason: "gate" });
    },
    onMissed: (range) => missed.push(range),
  });
  return { scheduler, fires, missed };
}

function dueTimes(fires: readonly FireKey[], name: string): string[] {
  return fires.filter((fire) => fire.scheduleName === name).map((fire) => fire.dueAt.slice(11, 19));
}

// Group commits end in a later turn of the loop than the clock's sleepers.
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= minute) {
    await clock.advance(Math.min(left, minute));
    await settle();
  }
}

async function settle(): Promise<void> {
  await state.store.schedules.put({ agentName: "settle", scheduleName: "settle" });
  await state.store.schedules.put({ agentName: "settle", scheduleName: "settle" });
}

describe("scheduler", () => {
  it("fires each instant once, on a grid that a restart does not move", async () => {
    const first = createScheduler();
    await first.scheduler.start([entry("s")]);
    await pass(7 * minute);
    await first.scheduler.stop();
    const second = createScheduler();
    await second.scheduler.start([entry("s")]);
    await pass(4 * minute);
    await second.scheduler.stop();
    expect(dueTimes(first.fires, "s")).toEqual(["00:00:00", "00:05:00"]);
    expect(dueTimes(second.fires, "s")).toEqual(["00:10:00"]);
  });

  it("starts a new grid when the interval changes", async () => {
    const recorded = createScheduler();
    await recorded.scheduler.start([entry("s")]);
    await pass(6 * minute);
    await recorded.scheduler.replace([entry("s", { interval: 3 * minute, expression: "3m" })]);
    await settle();
    await pass(3 * minute);
    await recorded.scheduler.stop();
    expect(dueTimes(recorded.fires, "s")).toEqual(["00:00:00", "00:05:00", "00:06:00", "00:09:00"]);
  });

  it("lets two schedulers on one store fire an instant only once", async () => {
    const [one, two] = [createScheduler(), createScheduler()];
    await one.scheduler.start([entry("s")]);
    await two.scheduler.start([entry("s")]);
    await pass(30 * minute);
    await one.scheduler.stop();
    await two.scheduler.stop();
    const all = [...one.fires, ...two.fires].map((fire) => fire.dueAt);
    expect(all).toHaveLength(7);
    expect(new Set(all).size).toBe(7);
  });

  it("is not held up by a decision that hangs or throws", async () => {
    const hang = Promise.withResolvers<void>();
    const recorded = createScheduler((key) => {
      if (key.scheduleName === "slow") return hang.promise;
      if (key.scheduleName === "broken") throw new Error("broken");
      return Promise.resolve();
    });
    await recorded.scheduler.start([entry("slow"), entry("broken"), entry("fine")]);
    await pass(5 * minute);
    expect(dueTimes(recorded.fires, "fine")).toEqual(["00:00:00", "00:05:00"]);
    expect(state.store.fires.last("a", "broken")).toMatchObject({
      fate: "skipped",
      reason: "error",
    });
    hang.resolve();
    await recorded.scheduler.stop();
  });

  it("decides what a crashed scheduler had claimed", async () => {
    const dueAt = "2026-01-01T00:00:00.000Z";
    await state.store.schedules.put({
      agentName: "a",
      scheduleName: "s",
      anchor: dueAt,
      expression: "interval 5m",
    });
    await state.store.fires.claim([{ agentName: "a", scheduleName: "s", dueAt }]);
    const { scheduler, fires } = createScheduler();
    await clock.advance(minute);
    await scheduler.start([entry("s")]);
    await settle();
    await scheduler.stop();
    expect(dueTimes(fires, "s")).toEqual(["00:00:00"]);
    expect(state.store.fires.last("a", "s")).toMatchObject({ fate: "skipped" });
  });

  it("covers what passed while it was down with one row", async () => {
    const first = createScheduler();
    await first.scheduler.start([entry("s")]);
    await settle();
    await first.scheduler.stop();
    await clock.advance(62 * minute);
    const second = createScheduler();
    await second.scheduler.start([entry("s")]);
    await settle();
    await second.scheduler.stop();
    expect(dueTimes(second.fires, "s")).toEqual(["01:00:00"]);
    expect(second.missed).toMatchObject([{ scheduleName: "s", count: 11 }]);
    const rows = state.store.fires.list({ agentName: "a", scheduleName: "s" });
    expect(rows.map(({ fate, count }) => [fate, count])).toEqual([
      ["skipped", 1],
      ["missed", 11],
      ["skipped", 1],
    ]);
  });

  it("notices within its check interval that the wall clock was moved", async () => {
    const { scheduler, fires } = createScheduler();
    await scheduler.start([
      entry("s", { type: "cron", cron: "0 12 * * *", expression: "0 12 * * *", timezone: "UTC" }),
    ]);
    clock.set("2026-01-01T12:00:01Z");
    await pass(minute);
    await scheduler.stop();
    expect(dueTimes(fires, "s")).toEqual(["12:00:00"]);
  });

  it("tells the next instant of active schedules only", async () => {
    const { scheduler } = createScheduler();
    await scheduler.start([
      entry("s"),
      entry("off", { enabled: false }),
      entry("hook", { type: "webhook" }),
    ]);
    await settle();
    expect(scheduler.next("a", "s")).toEqual(new Date("2026-01-01T00:05:00Z"));
    expect(scheduler.next("a", "off")).toBeNull();
    expect(scheduler.next("a", "hook")).toBeNull();
    await scheduler.stop();
  });
});
