import { FleetManagerError, type JobResult } from "@herdctl/core";
import type { FleetEvent } from "@herdctl/web";
import { expect, test } from "vitest";
import { plainOutput } from "../../test/plain-output.ts";
import { createEventPainter } from "./fleet-event.ts";

const at = new Date(2026, 10, 21, 12, 0, 0);
const result: JobResult = {
  success: true,
  exitReason: "success",
  turns: 1,
  costUsd: 0.01,
  usage: {},
  permissionDenials: [],
};
const error = new FleetManagerError("It took too long.\nSee the log.");
const failed: JobResult = { ...result, success: false, exitReason: "timeout" };

const table: readonly (readonly [FleetEvent, string])[] = [
  [{ type: "started", timestamp: at }, ""],
  [{ type: "stopped", timestamp: at }, ""],
  [
    { type: "schedule:triggered", agentName: "a", scheduleName: "s", jobId: "job-1" },
    "12:00:00  a  schedule s fired  job-1",
  ],
  [{ type: "agent:started", agentName: "a", jobId: "job-1" }, "12:00:00  a  started  job-1"],
  [{ type: "agent:stopped", agentName: "a", jobId: "job-1", reason: "success" }, ""],
  [
    { type: "job:completed", jobId: "job-1", result },
    "12:00:00  a  completed (1 turn, $0.0100)  job-1",
  ],
  [
    { type: "job:queued", agentName: "a", jobId: "job-2", position: 3 },
    "12:00:00  a  queued at position 3  job-2",
  ],
  [
    {
      type: "job:reported",
      agentName: "a",
      jobId: "job-2",
      report: { status: "partial", summary: "One of two.\nMore." },
    },
    "12:00:00  a  reports partial: One of two.  job-2",
  ],
  [
    {
      type: "job:file",
      agentName: "a",
      jobId: "job-2",
      file: { name: "a.md", path: "/s/a.md", size: 1, mimeType: "text/markdown" },
    },
    "12:00:00  a  sends a.md (/s/a.md)  job-2",
  ],
  [{ type: "agent:started", agentName: "b", jobId: "job-3" }, "12:00:00  b  started  job-3"],
  [
    {
      type: "job:waiting",
      jobId: "job-3",
      waitingFor: "window",
      wakeAt: new Date(2026, 10, 21, 12, 45, 0),
    },
    "12:00:00  b  waits for the usage window of the plan to reset, in 45m (2026-11-21 12:45:00)  job-3",
  ],
  [
    { type: "job:failed", jobId: "job-3", error, result: failed },
    "12:00:00  b  failed: timeout It took too long.  job-3",
  ],
  [
    { type: "job:cancelled", jobId: "job-9", reason: "user" },
    "12:00:00  fleet  cancelled (user)  job-9",
  ],
  [
    { type: "schedule:skipped", agentName: "a", scheduleName: "s", reason: "concurrency_limit" },
    "12:00:00  a  schedule s skipped (concurrency_limit)",
  ],
  [
    {
      type: "schedule:missed",
      agentName: "a",
      scheduleName: "s",
      from: at,
      until: new Date(at.getTime() + 7_200_000),
      count: 3,
    },
    "12:00:00  a  schedule s missed 3 fires over 2h",
  ],
  [
    { type: "schedule:disabled", agentName: "a", scheduleName: "s" },
    "12:00:00  a  schedule s disabled",
  ],
  [
    { type: "schedule:enabled", agentName: "a", scheduleName: "s" },
    "12:00:00  a  schedule s enabled",
  ],
  [{ type: "paused", agentName: "a" }, "12:00:00  a  paused"],
  [{ type: "paused" }, "12:00:00  fleet  paused"],
  [{ type: "resumed" }, "12:00:00  fleet  resumed"],
  [{ type: "memory:changed", agentName: "a", key: "k" }, "12:00:00  a  memory changed (k)"],
  [{ type: "memory:changed", agentName: "a" }, "12:00:00  a  memory changed"],
  [
    { type: "config:reloaded", changes: ["x"] },
    "12:00:00  fleet  configuration reloaded (1 change)",
  ],
  [{ type: "gap" }, "12:00:00  fleet  events were lost here"],
];

test("tells each event in one line, with the agent that it belongs to", () => {
  const paint = createEventPainter(plainOutput());
  expect(table.map(([event]) => paint(event, at))).toEqual(table.map(([, line]) => line));
});
