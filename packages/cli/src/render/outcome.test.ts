import type { Job } from "@herdctl/core";
import { expect, test } from "vitest";
import { describeOutcome, describeWait, formatOutcome } from "./outcome.ts";

const now = new Date(2026, 10, 21, 12, 0, 0);
const wakeAt = new Date(2026, 10, 21, 14, 30, 0);
const job: Job = {
  id: "job-1",
  agentName: "a",
  trigger: "manual",
  status: "waiting",
  waitingFor: "window",
  wakeAt,
  prompt: "p",
  priority: 0,
  attempt: 1,
  createdAt: now,
  runtime: "sdk",
  workingDirectory: "/",
};

test("a waiting job says what it waits for and until when", () => {
  expect(formatOutcome(job)).toBe("waiting: window");
  expect(describeOutcome(job, now.getTime())).toBe(
    "It waits for the usage window of the plan to reset, in 2h (2026-11-21 14:30:00).",
  );
});

test.each<readonly [Partial<Job>, string]>([
  [{ waitingFor: "session" }, "another job to let go of its session"],
  [{ waitingFor: "question" }, "an answer to a question"],
  [{}, "its turn"],
])("%j waits for %s", (wait, expected) => {
  expect(describeWait(wait, now.getTime())).toBe(expected);
});
