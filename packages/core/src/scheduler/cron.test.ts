import { describe, expect, it } from "vitest";
import { createCronCalendar } from "./cron.ts";

function next(expression: string, after: string, timezone = "UTC"): string | undefined {
  const found = createCronCalendar(expression, timezone).next(Date.parse(after));
  return found === undefined ? undefined : new Date(found).toISOString();
}

describe("cron calendar", () => {
  it.each([
    ["0 9 * * 1-5", "2026-11-20T09:00:00Z", "UTC", "2026-11-23T09:00:00.000Z"],
    ["*/15 * * * *", "2026-01-01T00:00:00.500Z", "UTC", "2026-01-01T00:15:00.000Z"],
    ["@daily", "2026-01-01T00:00:00Z", "UTC", "2026-01-02T00:00:00.000Z"],
    ["*/2 * * * * *", "2026-01-01T00:00:00.000Z", "UTC", "2026-01-01T00:00:02.000Z"],
    ["*/2 * * * * *", "2026-01-01T00:00:01.999Z", "UTC", "2026-01-01T00:00:02.000Z"],
    ["0 9 * * *", "2026-07-01T00:00:00Z", "Europe/Berlin", "2026-07-01T07:00:00.000Z"],
  ])("%s after %s in %s is %s", (expression, after, timezone, expected) => {
    expect(next(expression, after, timezone)).toBe(expected);
  });

  describe("where clocks go forward over a fixed time, fires once at the next valid instant", () => {
    it.each([
      ["Europe/Berlin", "30 2 * * *", "2026-03-29T01:00:00.000Z", "2026-03-30T00:30:00.000Z"],
      ["Europe/London", "30 1 * * *", "2026-03-29T01:00:00.000Z", "2026-03-30T00:30:00.000Z"],
      ["America/New_York", "30 2 * * *", "2026-03-08T07:00:00.000Z", "2026-03-09T06:30:00.000Z"],
      ["Australia/Lord_Howe", "15 2 * * *", "2026-10-03T15:30:00.000Z", "2026-10-04T15:15:00.000Z"],
      ["America/Santiago", "30 0 * * *", "2026-09-06T04:00:00.000Z", "2026-09-07T03:30:00.000Z"],
    ])("%s: %s", (timezone, expression, first, second) => {
      const dayBefore = new Date(Date.parse(first) - 12 * 3_600_000).toISOString();
      expect(next(expression, dayBefore, timezone)).toBe(first);
      expect(next(expression, first, timezone)).toBe(second);
    });
  });

  describe("where a fixed time occurs twice, fires once", () => {
    it.each([
      ["Europe/Berlin", "30 2 * * *", "2026-10-25T00:30:00.000Z", "2026-10-26T01:30:00.000Z"],
      ["Europe/London", "30 1 * * *", "2026-10-25T00:30:00.000Z", "2026-10-26T01:30:00.000Z"],
      ["America/New_York", "30 1 * * *", "2026-11-01T05:30:00.000Z", "2026-11-02T06:30:00.000Z"],
      ["Australia/Lord_Howe", "45 1 * * *", "2026-04-04T14:45:00.000Z", "2026-04-05T15:15:00.000Z"],
      ["America/Santiago", "30 23 * * *", "2026-04-05T02:30:00.000Z", "2026-04-06T03:30:00.000Z"],
    ])("%s: %s", (timezone, expression, first, second) => {
      const dayBefore = new Date(Date.parse(first) - 12 * 3_600_000).toISOString();
      expect(next(expression, dayBefore, timezone)).toBe(first);
      expect(next(expression, first, timezone)).toBe(second);
    });
  });

  it("fires every quarter of an hour through both hours where clocks go back", () => {
    const times: string[] = [];
    let at = "2026-10-24T23:59:00Z";
    for (let count = 0; count < 10; count++) {
      at = next("*/15 * * * *", at, "Europe/Berlin") ?? "";
      times.push(at.slice(11, 16));
    }
    expect(times.join(" ")).toBe("00:00 00:15 00:30 00:45 01:00 01:15 01:30 01:45 02:00 02:15");
  });

  it.each(["UTC", "Asia/Kolkata", "America/Phoenix"])(
    "is every 24 hours where clocks do not change: %s",
    (timezone) => {
      let at = next("0 6 * * *", "2026-01-01T00:00:00Z", timezone) ?? "";
      for (let day = 0; day < 366; day++) {
        const following = next("0 6 * * *", at, timezone) ?? "";
        expect(Date.parse(following) - Date.parse(at)).toBe(24 * 3_600_000);
        at = following;
      }
    },
  );

  it("knows when there is no further instant", () => {
    expect(next("0 0 30 2 *", "2026-01-01T00:00:00Z")).toBeUndefined();
  });

  it("refuses what is not a cron expression", () => {
    expect(() => createCronCalendar("61 * * * *")).toThrow();
  });
});
