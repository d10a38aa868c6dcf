import { expect, test, vi } from "vitest";
import { StoreWatch } from "./store-watch.ts";

const patience = { timeout: 240_000, interval: 10 };

test("says once that a look failed, and once more when one fails after all went well", async () => {
  const errors: string[] = [];
  const watch = new StoreWatch(
    { dataVersion: () => 1 },
    { error: (message) => errors.push(message) },
  );
  let [failures, successes, isBroken] = [0, 0, true];
  const stop = watch.onChange(() => {
    if (!isBroken) return void (successes += 1);
    failures += 1;
    throw new Error("disk I/O error");
  });
  watch.notify();
  await vi.waitUntil(() => failures > 3, patience);
  expect(errors).toEqual(["cannot look what has changed: disk I/O error"]);
  isBroken = false;
  await vi.waitUntil(() => successes > 0, patience);
  isBroken = true;
  watch.notify();
  await vi.waitUntil(() => errors.length > 1, patience);
  stop();
});
