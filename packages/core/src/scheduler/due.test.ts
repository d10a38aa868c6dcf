import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CatchUpPolicy, planDue } from "./due.ts";
import { createTimetable, type Timetable } from "./timetable.ts";

const minute = 60_000;
const hour = 60 * minute;

function every(interval: number, jitter = 0): Timetable {
  const made = createTimetable({ type: "interval", interval, jitter }, { key: "a/s", anchor: 0 });
  if (!made) throw new Error("no timetable");
  return made;
}

const hourly = every(hour);
const latest = { catchUp: "latest", catchUpWindow: 24 * hour } as const;
const all = { catchUp: "all", catchUpWindow: 24 * hour } as const;
const skip = { catchUp: "skip", catchUpWindow: 24 * hour } as const;

describe("planDue", () => {
  it.each([
    { name: "nothing is due", now: hour - 1, policy: latest, fires: [], covered: 0 },
    { name: "one is due", now: hour, policy: latest, fires: [hour], covered: hour },
    {
      name: "several passed: the latest fires, the others are missed",
      now: 3 * hour + 5,
      policy: latest,
      fires: [3 * hour],
      missed: { from: hour, until: 2 * hour, count: 2 },
      covered: 3 * hour,
    },
    {
      name: "the latest is too old to catch up",
      now: 3 * hour + minute,
      policy: { catchUp: "latest", catchUpWindow: 30_000 } as const,
      fires: [],
      missed: { from: hour, until: 3 * hour, count: 3 },
      covered: 3 * hour,
    },
    {
      name: "catch_up: skip still fires one that is on time",
      now: hour + 100,
      policy: skip,
      fires: [hour],
      covered: hour,
    },
    {
      name: "catch_up: skip fires nothing late",
      now: hour + minute,
      policy: skip,
      fires: [],
      missed: { from: hour, until: hour, count: 1 },
      covered: hour,
    },
    {
      name: "catch_up: all fires everything, oldest first",
      now: 3 * hour + minute,
      policy: all,
      fires: [hour, 2 * hour, 3 * hour],
      covered: 3 * hour,
    },
    {
      name: "catch_up: all leaves what is too old",
      now: 3 * hour + minute,
      policy: { catchUp: "all", catchUpWindow: 90 * minute } as const,
      fires: [2 * hour, 3 * hour],
      missed: { from: hour, until: hour, count: 1 },
      covered: 3 * hour,
    },
  ])("$name", ({ now, policy, fires, missed, covered }) => {
    const plan = planDue(hourly, policy, { after: 0, now });
    expect(plan.fires.map(({ due }) => due)).toEqual(fires);
    expect(plan.missed).toEqual(missed);
    expect(plan.covered).toBe(covered);
  });

  it("tells fires on time from those that are caught up", () => {
    const { fires } = planDue(hourly, all, { after: 0, now: 2 * hour + 20 });
    expect(fires).toEqual([
      { due: hour, late: true },
      { due: 2 * hour, late: false },
    ]);
  });

  it("catches up at most a hundred; the rest is one range", () => {
    const policy = { catchUp: "all", catchUpWindow: 1_000 * hour } as const;
    const plan = planDue(hourly, policy, { after: 0, now: 250 * hour });
    expect(plan.fires).toHaveLength(100);
    expect(plan.missed).toEqual({ from: hour, until: 150 * hour, count: 150 });
  });

  it("waits for an instant's jitter, and plans those before it meanwhile", () => {
    const spread = every(hour, 50 * minute);
    const ripe = spread.fireTime(2 * hour);
    expect(ripe).toBeGreaterThan(2 * hour);
    const before = planDue(spread, latest, { after: 0, now: ripe - 1 });
    expect(before).toMatchObject({ fires: [{ due: hour }], covered: hour });
    expect(planDue(spread, latest, { after: hour, now: ripe })).toEqual({
      fires: [{ due: 2 * hour, late: false }],
      covered: 2 * hour,
    });
  });

  it("covers every due instant exactly once, whatever the pauses, policy and jitter", () => {
    const scenario = fc.record({
      pauses: fc.array(fc.integer({ min: 1, max: 300 * hour }), { minLength: 1, maxLength: 20 }),
      jitter: fc.integer({ min: 0, max: hour - 1 }),
      policy: fc.record<CatchUpPolicy>({
        catchUp: fc.constantFrom("skip", "latest", "all"),
        catchUpWindow: fc.integer({ min: 1, max: 200 * hour }),
      }),
    });
    fc.assert(
      fc.property(scenario, ({ pauses, jitter, policy }) => {
        const table = every(hour, jitter);
        let [now, covered] = [0, table.start];
        const seen: number[] = [];
        for (const pause of pauses) {
          now += pause;
          const plan = planDue(table, policy, { after: covered, now });
          const missed = plan.missed ? instants(plan.missed.from, plan.missed.until) : [];
          expect(missed).toHaveLength(plan.missed?.count ?? 0);
          seen.push(...missed, ...plan.fires.map(({ due }) => due));
          covered = plan.covered;
        }
        const due: number[] = [];
        for (let at = 0; table.fireTime(at) <= now; at += hour) due.push(at);
        expect(seen).toEqual(due);
      }),
    );
  });
});

function instants(from: number, until: number): number[] {
  return Array.from({ length: (until - from) / hour + 1 }, (_, index) => from + index * hour);
}
