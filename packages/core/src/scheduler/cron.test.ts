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

  it("fires a local time that does not exist once, at the next valid instant", () => {
    const first = next("30 2 * * *", "2026-03-28T12:00:00Z", "Europe/Berlin");
    expect(first).toBe("2026-03-29T01:00:00.000Z");
    expect(next("30 2 * * *", first ?? "", "Europe/Berlin")).toBe("2026-03-30T00:30:00.000Z");
  });

  it("fires a local time that occurs twice once", () => {
    const first = next("30 2 * * *", "2026-10-24T12:00:00Z", "Europe/Berlin");
    expect(first).toBe("2026-10-25T00:30:00.000Z");
    expect(next("30 2 * * *", first ?? "", "Europe/Berlin")).toBe("2026-10-26T01:30:00.000Z");
  });

  it("knows when there is no further instant", () => {
    expect(next("0 0 30 2 *", "2026-01-01T00:00:00Z")).toBeUndefined();
  });

  it("refuses what is not a cron expression", () => {
    expect(() => createCronCalendar("61 * * * *")).toThrow();
  });
});
