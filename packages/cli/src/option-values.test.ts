import { expect, test } from "vitest";
import {
  parseCount,
  parseCountTo,
  parseInteger,
  parsePort,
  parseSince,
  parseTimeout,
  parseWorkItem,
} from "./option-values.ts";

test("reads numbers, durations and instants", () => {
  expect(parseCount("20")).toBe(20);
  expect(parseCountTo(1_000)("1000")).toBe(1_000);
  expect(parseInteger("-3")).toBe(-3);
  expect([parsePort("0"), parsePort("65535")]).toEqual([0, 65_535]);
  expect(parseTimeout("1m30s")).toBe(90_000);
  expect(parseSince("2026-11-21T00:00:00Z")).toEqual(new Date("2026-11-21T00:00:00Z"));
  expect(Math.abs(parseSince("2h").getTime() - (Date.now() - 7_200_000))).toBeLessThan(1_000);
});

test.each([
  [parseCount, "0"],
  [parseCount, "1.5"],
  [parseCountTo(1_000), "0"],
  [parseCountTo(1_000), "1001"],
  [parseInteger, "ten"],
  [parsePort, "65536"],
  [parsePort, "http"],
  [parseTimeout, "30"],
  [parseSince, "the other day"],
  [parseWorkItem, "issue"],
  [parseWorkItem, "[]"],
  [parseWorkItem, "null"],
  [parseWorkItem, '{"url": "https://x.example"}'],
  [parseWorkItem, '{"type": "issue", "url": 4}'],
])("%o refuses %s", (parse, text) => {
  expect(() => parse(text)).toThrow(/Give a/);
});

test("gathers items of work with all that they say", () => {
  const first = parseWorkItem('{"type": "issue", "url": "https://x.example/1", "number": 1}');
  expect(parseWorkItem('{"type": "pull"}', first)).toEqual([
    { type: "issue", url: "https://x.example/1", number: 1 },
    { type: "pull" },
  ]);
});
