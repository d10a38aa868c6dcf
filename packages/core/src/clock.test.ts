import { expect, it } from "vitest";
import { systemClock } from "./clock.ts";

it("sleeps at least as long as asked", async () => {
  const start = performance.now();
  await systemClock.sleep(20);
  expect(performance.now() - start).toBeGreaterThan(18);
});

it("ends a sleep with the reason of its signal", async () => {
  const abort = new AbortController();
  const sleep = systemClock.sleep(3_000_000_000, abort.signal);
  abort.abort("woken");
  await expect(sleep).rejects.toBe("woken");
  await expect(systemClock.sleep(1, abort.signal)).rejects.toBe("woken");
});
