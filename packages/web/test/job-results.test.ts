import type { Job } from "@herdctl/core";
import { expect, test } from "vitest";
import { job as jobSchema } from "../src/wire/job.ts";

test("what hooks, checks and the work source left on a job arrives unchanged", () => {
  const job: Job = {
    id: "job-0123456789abcdef",
    agentName: "fixer",
    trigger: "manual",
    status: "failed",
    exitReason: "unverified",
    prompt: "Fix it.",
    workItem: { source: "folder", id: "1.md", title: "One", text: "Do it.", location: "/t/1.md" },
    priority: 0,
    attempt: 1,
    createdAt: new Date("2026-03-01T12:00:00.000Z"),
    runtime: "sdk",
    workingDirectory: "/work",
    result: {
      success: false,
      exitReason: "unverified",
      turns: 1,
      costUsd: 0,
      usage: {},
      permissionDenials: [],
      hooks: [
        {
          phase: "after_run",
          index: 0,
          hookType: "shell",
          name: "publish",
          startedAt: "2026-03-01T12:00:01.000Z",
          success: false,
          durationMs: 12,
          exitCode: 3,
          error: "exit code 3",
          output: "text",
        },
        { phase: "on_error", index: 1, hookType: "shell", startedAt: "2026-03-01T12:00:02.000Z" },
      ],
      expect: [
        { type: "command", subject: "npm test", success: false, error: "exit code 1" },
        { type: "file", subject: "a.md", success: true },
      ],
    },
  };
  expect(jobSchema.parse(JSON.parse(JSON.stringify(job)))).toEqual(job);
});
