import type { ScheduleFire } from "@herdctl/core";
import { expect, test } from "vitest";
import { plainOutput } from "../../test/plain-output.ts";
import { renderComingFires, renderFires } from "./fire-table.ts";

const now = new Date(2026, 10, 21, 12, 0, 0);
const options = { output: plainOutput(), now: now.getTime() };
const schedule = { agentName: "reviewer", scheduleName: "hourly" };

test("shows fires to come", () => {
  const at = new Date(2026, 10, 21, 13, 0, 0);
  expect(renderComingFires([{ ...schedule, at }], options)).toMatchInlineSnapshot(`
    "FIRES AT             IN  AGENT     SCHEDULE
    2026-11-21 13:00:00  1h  reviewer  hourly"
  `);
});

test("shows what became of due instants, those of one fate in a row together", () => {
  const fires: readonly ScheduleFire[] = [
    { ...schedule, dueAt: now, count: 1, fate: "fired", jobId: "job-0123456789abcdef" },
    { ...schedule, dueAt: now, count: 1, fate: "skipped", reason: "concurrency_limit" },
    {
      ...schedule,
      dueAt: now,
      until: new Date(2026, 10, 21, 15, 0, 0),
      count: 4,
      fate: "missed",
      reason: "daemon_down",
    },
  ];
  expect(renderFires(fires, options)).toMatchInlineSnapshot(`
    "DUE AT                          AGENT     SCHEDULE  FATE                        JOB
    2026-11-21 12:00:00             reviewer  hourly    fired                       job-0123456789abcdef
    2026-11-21 12:00:00             reviewer  hourly    skipped: concurrency_limit  –
    2026-11-21 12:00:00 … 15:00:00  reviewer  hourly    missed: daemon_down (4 ti…  –"
  `);
});
