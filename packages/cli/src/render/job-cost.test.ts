import type { JobResult } from "@herdctl/core";
import { expect, test } from "vitest";
import { formatJobCost } from "./job-cost.ts";

const cut: JobResult = {
  success: false,
  exitReason: "interrupted",
  turns: 1,
  costUsd: 0,
  usage: {},
  permissionDenials: [],
};
const free = {
  inputTokens: 3,
  outputTokens: 1,
  cacheReadTokens: 0,
  cacheCreationTokens: 0,
  costUsd: 0,
};

test("tells what a job cost, and not that it was free where nobody knows", () => {
  expect(formatJobCost(cut)).toBeUndefined();
  expect(formatJobCost({ ...cut, costUsd: 0.25 })).toBe("$0.2500");
  expect(formatJobCost({ ...cut, usage: { haiku: free } })).toBe("$0.00");
});
