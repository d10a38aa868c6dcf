import { expect, it } from "vitest";
import { LaunchPacer } from "./launch-pacer.ts";

const never = new AbortController().signal;

it("lets the next one start when one has begun, in order", async () => {
  const pacer = new LaunchPacer(2);
  const started: number[] = [];
  const begun: (() => void)[] = [];
  const launches = [0, 1, 2, 3].map(async (index) => {
    begun[index] = await pacer.acquire(never);
    started.push(index);
  });
  await expect.poll(() => started).toEqual([0, 1]);
  begun[1]?.();
  begun[1]?.();
  await expect.poll(() => started).toEqual([0, 1, 2]);
  begun[0]?.();
  await Promise.all(launches);
  expect(started).toEqual([0, 1, 2, 3]);
});

it("holds nobody back who is cancelled, and gives their place to the next", async () => {
  const pacer = new LaunchPacer(1);
  const begin = await pacer.acquire(never);
  const cancel = new AbortController();
  const cancelled = pacer.acquire(cancel.signal);
  const next = pacer.acquire(never);
  cancel.abort();
  (await cancelled)();
  begin();
  (await next)();
  (await pacer.acquire(never))();
});
