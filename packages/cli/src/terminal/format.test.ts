import { describe, expect, test } from "vitest";
import { formatAmount, formatCost, formatCount, formatInstant, formatRelative } from "./format.ts";

test.each([
  [0, "$0.00"],
  [0.00123, "$0.0012"],
  [0.5, "$0.5000"],
  [12.345, "$12.35"],
])("a cost of %d is %s", (usd, text) => {
  expect(formatCost(usd)).toBe(text);
});

describe("formatRelative", () => {
  const now = Date.parse("2026-11-21T12:00:00Z");
  test.each([
    [0, "now"],
    [400, "now"],
    [-3_200, "3s ago"],
    [2_000, "in 2s"],
    [-90_000, "1m ago"],
    [3 * 86_400_000, "in 3d"],
  ])("%d ms away is %s", (distance, text) => {
    expect(formatRelative(new Date(now + distance), now)).toBe(text);
  });
});

test.each([
  [0, "0"],
  [999, "999"],
  [1_234, "1.2k"],
  [9_960, "10k"],
  [999_600, "1.0M"],
  [12_345_678, "12M"],
])("an amount of %d is %s", (count, text) => {
  expect(formatAmount(count)).toBe(text);
});

test("formats instants on the wall clock", () => {
  expect(formatInstant(new Date(2026, 0, 2, 3, 4, 5))).toBe("2026-01-02 03:04:05");
});

test("counts in words", () => {
  expect([0, 1, 2].map((count) => formatCount(count, "job"))).toEqual([
    "0 jobs",
    "1 job",
    "2 jobs",
  ]);
});
