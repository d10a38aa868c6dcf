import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StateDirectoryError } from "../../src/state/errors.ts";
import { cron, dueTimes, entry, minute, SchedulerBench } from "./harness.ts";

let bench: SchedulerBench;

beforeEach(async () => {
  bench = await SchedulerBench.open();
});

afterEach(() => bench[Symbol.asyncDispose]());

describe("scheduler", () => {
  it("fires each instant once, on a grid that a restart does not move", async () => {
    const first = bench.scheduler();
    await first.scheduler.start([entry("s")]);
    await bench.pass(7 * minute);
    await first.scheduler.stop();
    const second = bench.scheduler();
    await second.scheduler.start([entry("s")]);
    await bench.pass(4 * minute);
    await second.scheduler.stop();
    expect(dueTimes(first.fires, "s")).toEqual(["00:00:00", "00:05:00"]);
    expect(dueTimes(second.fires, "s")).toEqual(["00:10:00"]);
  });

  it("starts a new grid when the interval changes, an interval after the last fire", async () => {
    const { scheduler, fires } = bench.scheduler();
    await scheduler.start([entry("s")]);
    await bench.pass(6 * minute);
    await scheduler.replace([entry("s", { interval: 3 * minute, expression: "3m" })]);
    await bench.pass(6 * minute);
    await scheduler.replace([entry("s", { interval: minute, expression: "1m" })]);
    await bench.settle();
    await scheduler.stop();
    expect(dueTimes(fires, "s")).toEqual([
      "00:00:00",
      "00:05:00",
      "00:08:00",
      "00:11:00",
      "00:12:00",
    ]);
  });

  it("lets two schedulers on one store fire an instant only once", async () => {
    const [one, two] = [bench.scheduler(), bench.scheduler()];
    await one.scheduler.start([entry("s")]);
    await two.scheduler.start([entry("s")]);
    await bench.pass(30 * minute);
    await one.scheduler.stop();
    await two.scheduler.stop();
    const all = [...one.fires, ...two.fires].map(({ claim }) => claim.dueAt);
    expect(all).toHaveLength(7);
    expect(new Set(all).size).toBe(7);
  });

  it("leaves no gap behind a row of another process", async () => {
    const spread = entry("s", { catchUp: "skip", jitter: 262 });
    const [one, two] = [bench.scheduler(), bench.scheduler()];
    await one.scheduler.start([spread]);
    bench.clock.jump(1_096);
    await two.scheduler.start([spread]);
    await bench.settle();
    bench.clock.jump(9 * minute + 28_913);
    await bench.pass(2 * minute);
    await Promise.all([one.scheduler.stop(), two.scheduler.stop()]);
    const rows = bench
      .ledger("s")
      .map(({ dueAt, fate, count }) => [dueAt.slice(14, 16), fate, count]);
    expect(rows).toEqual([
      ["00", "skipped", 1],
      ["05", "missed", 1],
      ["10", "skipped", 1],
    ]);
  });

  it("is not held up by a decision that hangs or throws", async () => {
    const hang = Promise.withResolvers<void>();
    const recorded = bench.scheduler(({ claim }) => {
      if (claim.scheduleName === "slow") return hang.promise;
      if (claim.scheduleName === "broken") throw new Error("broken");
      return Promise.resolve();
    });
    await recorded.scheduler.start([entry("slow"), entry("broken"), entry("fine")]);
    await bench.pass(5 * minute);
    expect(dueTimes(recorded.fires, "fine")).toEqual(["00:00:00", "00:05:00"]);
    expect(bench.ledger("broken")).toMatchObject([{ fate: "skipped", reason: "error", count: 2 }]);
    expect(dueTimes(recorded.fires, "slow")).toEqual(["00:00:00"]);
    hang.resolve();
    await bench.settle();
    expect(dueTimes(recorded.fires, "slow")).toEqual(["00:00:00", "00:05:00"]);
    await recorded.scheduler.stop();
  });

  it("lets at most a hundred instants of one schedule wait for a decision", async () => {
    const hang = Promise.withResolvers<void>();
    const recorded = bench.scheduler(() => hang.promise);
    await recorded.scheduler.start([entry("s", { interval: minute, expression: "1m" })]);
    await bench.pass(110 * minute);
    hang.resolve();
    await recorded.scheduler.stop();
    expect(recorded.skipped.filter((reason) => reason === "queue_full")).toHaveLength(11);
  });

  it("leaves out a schedule whose timing cannot be understood", async () => {
    const { scheduler, fires } = bench.scheduler();
    await scheduler.start([cron("broken", "not cron"), entry("fine")]);
    await bench.settle();
    await scheduler.stop();
    expect(dueTimes(fires, "fine")).toEqual(["00:00:00"]);
    expect(bench.ledger("broken")).toEqual([]);
  });

  it("covers what passed while it was down with one row", async () => {
    const first = bench.scheduler();
    await first.scheduler.start([entry("s")]);
    await bench.settle();
    await first.scheduler.stop();
    await bench.clock.advance(62 * minute);
    const second = bench.scheduler();
    await second.scheduler.start([entry("s")]);
    await bench.settle();
    await second.scheduler.stop();
    expect(dueTimes(second.fires, "s")).toEqual(["01:00:00"]);
    expect(second.missed).toMatchObject([{ scheduleName: "s", count: 11 }]);
    expect(bench.ledger("s")).toMatchObject([
      { fate: "skipped", count: 1 },
      { fate: "missed", count: 11, reason: "daemon_down" },
      { fate: "skipped", count: 1 },
    ]);
  });

  it("catches up all of them, in order, where that is asked for", async () => {
    const all = entry("s", { catchUp: "all" });
    const first = bench.scheduler();
    await first.scheduler.start([all]);
    await bench.settle();
    await first.scheduler.stop();
    await bench.clock.advance(16 * minute);
    const second = bench.scheduler();
    await second.scheduler.start([all]);
    await bench.settle();
    await second.scheduler.stop();
    expect(dueTimes(second.fires, "s")).toEqual(["00:05:00", "00:10:00", "00:15:00"]);
    expect(second.fires.map(({ late }) => late)).toEqual([true, true, true]);
    expect(second.missed).toEqual([]);
  });

  it("catches up months of a busy calendar piece by piece", async () => {
    const first = bench.scheduler();
    await first.scheduler.start([cron("s", "* * * * *")]);
    await first.scheduler.stop();
    bench.clock.jump(5_000 * minute + 20_000);
    const second = bench.scheduler();
    await second.scheduler.start([cron("s", "* * * * *")]);
    await bench.settle();
    await second.scheduler.stop();
    expect(second.missed.map(({ count }) => count)).toEqual([2_000, 2_000, 999]);
    expect(second.fires).toHaveLength(1);
    expect(bench.ledger("s").map(({ count }) => count)).toEqual([4_999, 1]);
  });

  it("spreads fires by their jitter, which is not part of the ledger's key", async () => {
    const spread = ["x", "y", "z"].map((name) => entry(name, { jitter: 4 * minute }));
    const at: number[] = [];
    const { scheduler, fires } = bench.scheduler(async () => void at.push(bench.clock.now()));
    await scheduler.start(spread);
    expect(scheduler.next("a", "x")?.getTime()).toBeLessThan(bench.clock.now() + 4 * minute);
    await bench.clock.advance(5 * minute - 1);
    await bench.settle();
    await scheduler.stop();
    expect(fires.map(({ claim }) => claim.dueAt.slice(11, 19))).toEqual(Array(3).fill("00:00:00"));
    expect(new Set(at).size).toBe(3);
  });

  it("tells when active schedules fire next", async () => {
    const { scheduler } = bench.scheduler();
    const hook = entry("hook", { type: "webhook" });
    await scheduler.start([entry("s"), entry("off", { enabled: false }), hook]);
    await bench.settle();
    expect(scheduler.next("a", "s")).toEqual(new Date("2026-01-01T00:05:00Z"));
    expect(scheduler.next("a", "off")).toBeNull();
    expect(scheduler.next("a", "hook")).toBeNull();
    await scheduler.stop();
  });

  it("does not call missed what passed while a schedule was off, and starts anew", async () => {
    const { scheduler, fires, missed } = bench.scheduler();
    await scheduler.start([entry("s")]);
    await bench.settle();
    await scheduler.replace([entry("s", { enabled: false })]);
    await bench.pass(32 * minute);
    await scheduler.replace([entry("s")]);
    await bench.pass(5 * minute);
    await scheduler.stop();
    expect(dueTimes(fires, "s")).toEqual(["00:00:00", "00:32:00", "00:37:00"]);
    expect(missed).toEqual([]);
  });

  it.each([
    ["claims what it takes time to decide", false],
    ["decides at once", true],
  ])("waits for the store when that fails, and then goes on: one that %s", async (_, atOnce) => {
    const { store } = bench.state;
    const full = new StateDirectoryError("disk full", { stateDir: "/full" });
    let broken = true;
    const failing = {
      ...store,
      fires: {
        ...store.fires,
        claim: (...claim: Parameters<typeof store.fires.claim>) =>
          broken ? Promise.reject(full) : store.fires.claim(...claim),
        resolve: (...fate: Parameters<typeof store.fires.resolve>) =>
          broken ? Promise.reject(full) : store.fires.resolve(...fate),
      },
    };
    const { scheduler, decided } = bench.scheduler(undefined, {
      store: failing,
      isDecidedAtOnce: () => atOnce,
    });
    await scheduler.start([entry("s")]);
    await bench.clock.advance(3_000);
    expect(decided).toEqual([]);
    broken = false;
    await bench.clock.advance(1_000);
    await bench.settle();
    await scheduler.stop();
    expect(decided.map(({ dueAt }) => dueAt.slice(11, 19))).toEqual(["00:00:00"]);
    expect(bench.ledger("s")).toMatchObject([{ fate: "skipped", reason: "gate" }]);
  });

  describe("a schedule that is decided at once", () => {
    const isDecidedAtOnce = (): boolean => true;

    it("is claimed by its decision, in one commit", async () => {
      const { scheduler, fires } = bench.scheduler(undefined, { isDecidedAtOnce });
      await scheduler.start([entry("s"), entry("t")]);
      const commits = async (action: () => Promise<void>): Promise<number> => {
        const before = bench.state.store.dataVersion();
        await action();
        return bench.state.store.dataVersion() - before;
      };
      await bench.settle();
      const settling = await commits(() => bench.settle());
      const firing = await commits(async () => {
        await bench.clock.advance(5 * minute);
        await bench.settle();
      });
      expect(firing - settling).toBe(1);
      await scheduler.stop();
      expect(fires.map(({ claim }) => claim.fence)).toEqual(Array(4).fill(undefined));
    });

    it("still claims first what it catches up, and decides that in order", async () => {
      const schedule = entry("s", { catchUp: "all" });
      const first = bench.scheduler();
      await first.scheduler.start([schedule]);
      await bench.settle();
      await first.scheduler.stop();
      bench.clock.jump(16 * minute);
      const { scheduler, fires, decided } = bench.scheduler(undefined, { isDecidedAtOnce });
      await scheduler.start([schedule]);
      await bench.settle();
      await scheduler.stop();
      expect(dueTimes(fires, "s")).toEqual(["00:05:00", "00:10:00", "00:15:00"]);
      expect(decided).toHaveLength(3);
      expect(fires.every(({ claim }) => claim.fence === 1)).toBe(true);
    });

    it("has a row that says so when deciding fails", async () => {
      const { scheduler } = bench.scheduler(() => Promise.reject(new Error("broken")), {
        isDecidedAtOnce,
      });
      await scheduler.start([entry("s")]);
      await bench.settle();
      await scheduler.stop();
      expect(bench.ledger("s")).toMatchObject([{ fate: "skipped", reason: "error" }]);
    });

    it("is left to the next scheduler when it stops meanwhile", async () => {
      const stopping = bench.scheduler(
        () => {
          void stopping.scheduler.stop();
          return Promise.reject(new Error("stopped"));
        },
        { isDecidedAtOnce },
      );
      await stopping.scheduler.start([entry("s")]);
      await bench.settle();
      await stopping.scheduler.stop();
      expect(bench.ledger("s")).toEqual([]);
      const next = bench.scheduler(undefined, { isDecidedAtOnce });
      await next.scheduler.start([entry("s")]);
      await bench.settle();
      await next.scheduler.stop();
      expect(bench.ledger("s")).toMatchObject([{ fate: "skipped", reason: "gate" }]);
    });
  });
});
