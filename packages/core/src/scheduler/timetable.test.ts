import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTimetable, longestTail, type Timetable } from "./timetable.ts";

const minute = 60_000;
const hour = 60 * minute;

type Timing = Parameters<typeof createTimetable>[0];

function timetable(fields: Partial<Timing>, anchor = 0): Timetable {
  const timing = { type: "interval", jitter: 0, ...fields } as const;
  const made = createTimetable(timing, { key: "a/s", anchor });
  if (!made) throw new Error("no timetable");
  return made;
}

function cron(expression: string, timezone = "UTC", jitter = 0): Timetable {
  return timetable({ type: "cron", cron: expression, timezone, jitter });
}

describe("timetable", () => {
  it("lets a schedule that has never run fire at its anchor", () => {
    const hourly = timetable({ interval: hour }, 5_000);
    expect(hourly.next(hourly.start)).toBe(5_000);
  });

  it("does not fire a cron schedule for instants before it was first seen", () => {
    const daily = timetable({ type: "cron", cron: "0 6 * * *", timezone: "UTC" }, 7 * hour);
    expect(daily.next(daily.start)).toBe(30 * hour);
  });

  it("gives ranges their first and last instants", () => {
    const range = { count: 3, first: hour, tail: [hour, 2 * hour, 3 * hour], more: false };
    expect(cron("0 * * * *").between(0, 3 * hour)).toEqual(range);
    expect(timetable({ interval: hour }).between(0, 3 * hour)).toEqual(range);
    expect(cron("0 * * * *").between(0, hour - 1)).toBeUndefined();
    expect(timetable({ interval: hour }).between(0, hour - 1)).toBeUndefined();
  });

  it("counts a long range without keeping it", () => {
    const range = timetable({ interval: minute }).between(0, 1_000_000 * minute);
    expect(range).toMatchObject({ count: 1_000_000, first: minute, more: false });
    expect(range?.tail).toHaveLength(longestTail);
    expect(range?.tail.at(-1)).toBe(1_000_000 * minute);
  });

  it("looks at a long range of a calendar piece by piece", () => {
    const everyMinute = cron("* * * * *");
    const until = 5_000 * minute;
    const counts: number[] = [];
    let after = 0;
    for (let range = everyMinute.between(after, until); range;) {
      counts.push(range.count);
      after = range.tail.at(-1) ?? until;
      range = everyMinute.between(after, until);
    }
    expect(counts).toEqual([2_000, 2_000, 1_000]);
    expect(after).toBe(until);
  });

  it("leaves webhook and chat schedules to their triggers", () => {
    for (const type of ["webhook", "chat"] as const) {
      expect(createTimetable({ type, jitter: 0 }, { key: "a/s", anchor: 0 })).toBeUndefined();
    }
  });

  it("never lets jitter reach the next instant", () => {
    const tables = [
      timetable({ interval: hour, jitter: hour - 1 }),
      cron("0,1,30 * * * *", "Europe/Berlin", 3 * hour),
    ];
    const scenario = fc.record({
      table: fc.constantFrom(...tables),
      after: fc.integer({ min: 0, max: 2 ** 41 }),
    });
    fc.assert(
      fc.property(scenario, ({ table, after }) => {
        const due = table.next(after) ?? 0;
        expect(table.fireTime(due)).toBeGreaterThanOrEqual(due);
        expect(table.fireTime(due)).toBeLessThan(table.next(due) ?? 0);
      }),
    );
  });
});
