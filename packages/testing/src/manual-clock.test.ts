import { expect, test } from "vitest";
import { ManualClock } from "./manual-clock.ts";

const start = Date.parse("2026-01-01T00:00:00Z");

test("stands still until it is moved", async () => {
  const clock = new ManualClock();
  expect(clock.now()).toBe(start);
  await clock.advance(1_500);
  expect(clock.now()).toBe(start + 1_500);
});

test("wakes sleepers in the order they are due, each at its own instant", async () => {
  const clock = new ManualClock("2026-05-01T12:00:00Z");
  const begin = clock.now();
  const woken: [string, number][] = [];
  const sleeper = async (name: string, ms: number): Promise<void> => {
    await clock.sleep(ms);
    woken.push([name, clock.now() - begin]);
  };
  const all = [sleeper("late", 30), sleeper("early", 10), sleeper("never", 100)];
  expect(clock.sleeping).toBe(3);
  await clock.advance(50);
  expect(woken).toEqual([
    ["early", 10],
    ["late", 30],
  ]);
  expect(clock.sleeping).toBe(1);
  await clock.advance(50);
  await Promise.all(all);
});

test("lets what a sleeper starts sleep again within one advance", async () => {
  const clock = new ManualClock(0);
  const ticks: number[] = [];
  const ticking = (async () => {
    while (ticks.length < 5) {
      await clock.sleep(10);
      await new Promise((resolve) => void setImmediate(resolve));
      ticks.push(clock.now());
    }
  })();
  await clock.advance(50);
  await ticking;
  expect(ticks).toEqual([10, 20, 30, 40, 50]);
});

test("moves the wall clock without waking anybody", async () => {
  const clock = new ManualClock();
  let woken = false;
  const sleep = clock.sleep(1_000).then(() => (woken = true));
  clock.jump(3_600_000);
  expect(clock.now()).toBe(start + 3_600_000);
  clock.set(new Date(start - 5_000));
  await clock.advance(999);
  expect(woken).toBe(false);
  expect(clock.now()).toBe(start - 4_001);
  await clock.advance(1);
  await sleep;
});

test("a sleep of nothing resolves at once", async () => {
  await new ManualClock().sleep(0);
  await new ManualClock().sleep(-1);
});

test("a sleep ends with its signal", async () => {
  const clock = new ManualClock();
  const controller = new AbortController();
  const reason = new Error("enough");
  const sleep = clock.sleep(1_000, controller.signal);
  controller.abort(reason);
  await expect(sleep).rejects.toBe(reason);
  expect(clock.sleeping).toBe(0);
  await expect(clock.sleep(1, controller.signal)).rejects.toBe(reason);
});
