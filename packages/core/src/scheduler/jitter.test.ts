import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jitterOf } from "./jitter.ts";

describe("jitter", () => {
  it("is the same for the same instant and below its span", () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.integer({ min: 0, max: 2 ** 42 }),
        fc.integer({ min: 1, max: 1e10 }),
        (key, due, span) => {
          const jitter = jitterOf(key, due, span);
          expect(jitter).toBe(jitterOf(key, due, span));
          expect(jitter).toBeGreaterThanOrEqual(0);
          expect(jitter).toBeLessThan(span);
        },
      ),
    );
  });

  it("spreads schedules that are due at once over the whole span", () => {
    const quarters = [0, 0, 0, 0];
    for (let i = 0; i < 1_000; i++) {
      const quarter = Math.floor(jitterOf(`agent-${i}/s`, 0, 4_000) / 1_000);
      quarters[quarter] = (quarters[quarter] ?? 0) + 1;
    }
    for (const count of quarters) expect(count).toBeGreaterThan(150);
  });

  it("is nothing without a span", () => {
    expect(jitterOf("a/s", 1, 0)).toBe(0);
  });
});
