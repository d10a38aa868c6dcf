import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dueTimes, entry, minute, SchedulerBench } from "./harness.ts";

let bench: SchedulerBench;
const dueAt = "2026-01-01T00:00:00.000Z";

beforeEach(async () => {
  bench = await SchedulerBench.open();
  const names = { agentName: "a", scheduleName: "s" };
  await bench.state.store.schedules.put({ ...names, anchor: dueAt, expression: "interval 5m" });
  await bench.state.store.fires.claim([{ ...names, dueAt }], "dead");
});

afterEach(() => bench[Symbol.asyncDispose]());

describe("an instant that a crashed scheduler had claimed", () => {
  it("is decided by the next one, once", async () => {
    await bench.clock.advance(minute);
    const [one, two] = [bench.scheduler(), bench.scheduler()];
    await Promise.all([one.scheduler.start([entry("s")]), two.scheduler.start([entry("s")])]);
    await bench.settle();
    await Promise.all([one.scheduler.stop(), two.scheduler.stop()]);
    expect(dueTimes([...one.fires, ...two.fires], "s")).toEqual(["00:00:00"]);
    expect(bench.ledger("s")).toMatchObject([{ fate: "skipped", reason: "gate" }]);
  });

  it("is left to another process that is deciding it", async () => {
    const alive = { isNodeAlive: (node: string) => node === "dead" };
    const { scheduler, fires } = bench.scheduler(undefined, alive);
    await scheduler.start([entry("s")]);
    await bench.settle();
    await scheduler.stop();
    expect(fires).toEqual([]);
    expect(bench.ledger("s")).toMatchObject([{ fate: "deciding" }]);
  });

  it("is missed when a later one is due, or when it is too old", async () => {
    await bench.clock.advance(6 * minute);
    const { scheduler, fires, missed } = bench.scheduler();
    await scheduler.start([entry("s")]);
    await bench.settle();
    await scheduler.stop();
    expect(dueTimes(fires, "s")).toEqual(["00:05:00"]);
    expect(missed).toMatchObject([{ from: new Date(dueAt), count: 1 }]);
    expect(bench.ledger("s")).toMatchObject([{ fate: "missed" }, { fate: "skipped" }]);
  });

  it("is caught up with the others where all are", async () => {
    await bench.clock.advance(6 * minute);
    const { scheduler, fires } = bench.scheduler();
    await scheduler.start([entry("s", { catchUp: "all" })]);
    await bench.settle();
    await scheduler.stop();
    expect(dueTimes(fires, "s")).toEqual(["00:00:00", "00:05:00"]);
  });

  it("is skipped when its schedule is gone", async () => {
    const { scheduler, skipped } = bench.scheduler();
    await scheduler.start([]);
    await scheduler.stop();
    expect(skipped).toEqual(["disabled"]);
    expect(bench.ledger("s")).toMatchObject([{ fate: "skipped", reason: "disabled" }]);
  });

  it("is handed back by a scheduler that stops before it has decided", async () => {
    const stopped = bench.scheduler(
      ({ signal }) =>
        new Promise((_, reject) =>
          signal.addEventListener("abort", () => reject(signal.reason), { once: true }),
        ),
    );
    await stopped.scheduler.start([entry("s")]);
    await bench.settle();
    await stopped.scheduler.stop();
    expect(bench.state.store.fires.undecided()).toMatchObject([{ dueAt, fence: 3 }]);
    const next = bench.scheduler(undefined, { isNodeAlive: () => true });
    await next.scheduler.start([entry("s")]);
    await bench.settle();
    await next.scheduler.stop();
    expect(dueTimes(next.fires, "s")).toEqual(["00:00:00"]);
  });
});
