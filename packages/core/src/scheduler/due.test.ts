import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ResolvedSchedule } from "../config/resolved.ts";
import { createTimetable, planDue, type Timetable } from "./due.ts";

const hour = 3_600_000;

function schedule(fields: Partial<ResolvedSchedule>): ResolvedSchedule {
  return {
    name: "s",
    type: "interval",
    enabled: true,
    jitter: 0,
    overlap: "skip",
    catchUp: "latest",
    catchUpWindow: 24 * hour,
    resumeSession: false,
    outputToFile: false,
    source: { file: "a.yaml", line: 1 },
    ...fields,
  };
}

function timetable(fields: Partial<ResolvedSchedule>, anchor = 0): Timetable {
  const made = createTimetable(schedule(fields), anchor);
  if (!made) throw new Error("no timetable");
  return made;
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

  it("gives cron ranges their first, last and last but one", () => {
    const hourly = timetable({ type: "cron", cron: "0 * * * *", timezone: "UTC" });
    expect(hourly.between(0, 3 * hour)).toEqual({
      count: 3,
      first: hour,
      last: 3 * hour,
      beforeLast: 2 * hour,
    });
    expect(hourly.between(0, hour - 1)).toBeUndefined();
  });

  it("leaves webhook and chat schedules to their triggers", () => {
    expect(createTimetable(schedule({ type: "webhook" }), 0)).toBeUndefined();
  });
});

describe("planDue", () => {
  const hourly = timetable({ interval: hour });
  const latest = { catchUp: "latest", catchUpWindow: 24 * hour } as const;

  it.each([
    { name: "nothing is due", after: 0, now: hour - 1, policy: latest, plan: {} },
    { name: "one is due", after: 0, now: hour, policy: latest, plan: { fire: hour } },
    {
      name: "several passed: the latest fires, the others are missed",
      after: 0,
      now: 3 * hour + 5,
      policy: latest,
      plan: { fire: 3 * hour, missed: { from: hour, until: 2 * hour, count: 2 } },
    },
    {
      name: "the latest is too old to catch up",
      after: 0,
      now: 3 * hour + 60_000,
      policy: { catchUp: "latest", catchUpWindow: 30_000 } as const,
      plan: { missed: { from: hour, until: 3 * hour, count: 3 } },
    },
    {
      name: "catch_up: skip still fires one that is on time",
      after: 0,
      now: hour + 100,
      policy: { catchUp: "skip", catchUpWindow: 24 * hour } as const,
      plan: { fire: hour },
    },
    {
      name: "catch_up: skip fires nothing late",
      after: 0,
      now: hour + 60_000,
      policy: { catchUp: "skip", catchUpWindow: 24 * hour } as const,
      plan: { missed: { from: hour, until: hour, count: 1 } },
    },
  ])("$name", ({ after, now, policy, plan }) => {
    expect(planDue(hourly, policy, { after, now, onTime: 5_000 })).toEqual(plan);
  });

  it("covers every due instant exactly once, whatever the pauses", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 30 * hour }), { minLength: 1, maxLength: 20 }),
        (pauses) => {
          let now = 0;
          let covered = hourly.start;
          let count = 0;
          for (const pause of pauses) {
            now += pause;
            const plan = planDue(hourly, latest, { after: covered, now, onTime: 5_000 });
            count += (plan.fire === undefined ? 0 : 1) + (plan.missed?.count ?? 0);
            covered = now;
          }
          expect(count).toBe(Math.floor(now / hour) + 1);
        },
      ),
    );
  });
});
