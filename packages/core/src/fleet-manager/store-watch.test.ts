import { expect, test } from "vitest";
import { StoreWatch } from "./store-watch.ts";

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
  await expect.poll(() => failures).toBeGreaterThan(3);
  expect(errors).toEqual(["cannot look what has changed: disk I/O error"]);
  isBroken = false;
  await expect.poll(() => successes).toBeGreaterThan(0);
  isBroken = true;
  watch.notify();
  await expect.poll(() => errors.length).toBeGreaterThan(1);
  stop();
});
