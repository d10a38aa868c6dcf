import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countIntervalInstants, lastIntervalInstant, nextIntervalInstant } from "./interval.ts";

const grid = { anchor: 1_000, interval: 300 };

describe("interval grid", () => {
  it.each([
    { after: 0, next: 1_000 },
    { after: 999, next: 1_000 },
    { after: 1_000, next: 1_300 },
    { after: 1_299, next: 1_300 },
    { after: 1_300, next: 1_600 },
    { after: 10_000, next: 10_300 },
  ])("finds $next after $after", ({ after, next }) => {
    expect(nextIntervalInstant(grid, after)).toBe(next);
  });

  it.each([
    { at: 999, last: undefined },
    { at: 1_000, last: 1_000 },
    { at: 1_599, last: 1_300 },
  ])("finds $last as the last instant at $at", ({ at, last }) => {
    expect(lastIntervalInstant(grid, at)).toBe(last);
  });

  it("counts the same instants that stepping through finds", () => {
    const scenario = fc.record({
      anchor: fc.integer({ min: 0, max: 10_000 }),
      interval: fc.integer({ min: 1, max: 500 }),
      after: fc.integer({ min: -500, max: 12_000 }),
      span: fc.integer({ min: 0, max: 5_000 }),
    });
    fc.assert(
      fc.property(scenario, ({ anchor, interval, after, span }) => {
        const until = after + span;
        let stepped = 0;
        let at = nextIntervalInstant({ anchor, interval }, after);
        for (; at <= until; at = nextIntervalInstant({ anchor, interval }, at)) stepped += 1;
        expect(countIntervalInstants({ anchor, interval }, after, until)).toBe(stepped);
      }),
    );
  });

  it("never drifts: every instant is a whole number of intervals from the anchor", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 40 }),
        fc.integer({ min: 1, max: 1e9 }),
        (after, interval) => {
          const next = nextIntervalInstant({ anchor: 7, interval }, after);
          expect((next - 7) % interval).toBe(0);
          expect(next).toBeGreaterThan(after);
          expect(next - after).toBeLessThanOrEqual(Math.max(interval, 7 - after));
        },
      ),
    );
  });
});
