import type { UsageInfo } from "@herdctl/core";
import { expect, test } from "vitest";
import { plainOutput } from "../test/plain-output.ts";
import { renderUsage } from "./render/usage-table.ts";
import { sumUsage, type UsageKey } from "./sum-usage.ts";

const usage = [
  row("2026-11-20", "writer", "opus", 2),
  row("2026-11-20", "reviewer", "haiku", 0.5),
  row("2026-11-19", "writer", "haiku", 0.25),
];

test.each<readonly [UsageKey, readonly (readonly [string, number])[]]>([
  [
    "agent",
    [
      ["writer", 2.25],
      ["reviewer", 0.5],
    ],
  ],
  [
    "model",
    [
      ["opus", 2],
      ["haiku", 0.75],
    ],
  ],
  [
    "day",
    [
      ["2026-11-19", 0.25],
      ["2026-11-20", 2.5],
    ],
  ],
])("sums usage up by %s", (by, expected) => {
  expect(sumUsage(usage, by).map(({ name, costUsd }) => [name, costUsd])).toEqual(expected);
});

test("shows usage with its total", () => {
  const shown = renderUsage(sumUsage(usage, "agent"), { by: "agent", output: plainOutput() });
  expect(shown).toMatchInlineSnapshot(`
    "AGENT     INPUT  OUTPUT  CACHE READ  CACHE WRITE     COST
    writer    2,400      60           0           10    $2.25
    reviewer  1,200      30           0            5  $0.5000
    total     3,600      90           0           15    $2.75"
  `);
});

test("a single row is its own total", () => {
  const sums = sumUsage(usage.slice(0, 1), "model");
  expect(renderUsage(sums, { by: "model", output: plainOutput() })).not.toContain("total");
});

function row(day: string, agentName: string, model: string, costUsd: number): UsageInfo {
  const tokens = { inputTokens: 1_200, outputTokens: 30, cacheReadTokens: 0 };
  return { day, agentName, model, ...tokens, cacheCreationTokens: 5, costUsd };
}
