import { expect, it } from "vitest";
import { within } from "./within.ts";

it("gives what comes in time, and nothing after that", async () => {
  expect(await within(60_000, Promise.resolve("soon"))).toBe("soon");
  expect(await within(1, new Promise(() => undefined))).toBeUndefined();
});

it("rejects where the promise does", async () => {
  await expect(within(60_000, Promise.reject(new Error("no")))).rejects.toThrow("no");
});

it("leaves no timer behind", async () => {
  const timers = (): number =>
    process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = timers();
  await within(60_000, Promise.resolve());
  expect(timers()).toBe(before);
});
