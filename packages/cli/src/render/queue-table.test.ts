import { expect, test } from "vitest";
import { plainOutput } from "../../test/plain-output.ts";
import { renderIdleJobs } from "./queue-table.ts";

const now = new Date(2026, 10, 21, 12, 0, 0);
const options = { output: plainOutput(), now: now.getTime() };
const item = { priority: 0, queuedAt: now, waitingFor: "agent" } as const;

test("tells what queued jobs wait for, a limit or a pause, then the jobs that wait", () => {
  const tables = renderIdleJobs(
    {
      queue: {
        total: 2,
        items: [
          { ...item, jobId: "job-1", agentName: "busy", position: 1 },
          { ...item, jobId: "job-2", agentName: "still", position: 2, waitingFor: "paused" },
        ],
      },
      waiting: [
        {
          id: "job-3",
          agentName: "busy",
          trigger: "manual",
          status: "waiting",
          waitingFor: "retry",
          wakeAt: new Date(now.getTime() + 90_000),
          prompt: "p",
          priority: 0,
          attempt: 1,
          createdAt: now,
          runtime: "sdk",
          workingDirectory: "/",
        },
      ],
    },
    options,
  );
  expect(tables.join("\n\n")).toMatchInlineSnapshot(`
    "QUEUED JOB  AGENT  PRIORITY  SINCE  WAITS FOR
    job-1       busy          0  now    a free place of the agent
    job-2       still         0  now    \`herdctl resume\`

    WAITING JOB  AGENT  WAITS FOR
    job-3        busy   its next attempt, in 1m (2026-11-21 12:01:30)"
  `);
});

test("says nothing where nothing waits", () => {
  const queue = { total: 0, items: [] };
  expect(renderIdleJobs({ queue, waiting: [] }, options)).toEqual([]);
});
