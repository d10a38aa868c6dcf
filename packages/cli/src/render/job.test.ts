import type { Job } from "@herdctl/core";
import { expect, test } from "vitest";
import { plainOutput } from "../../test/plain-output.ts";
import { explainJob } from "./job.ts";

const startedAt = new Date(2026, 10, 21, 12, 0, 0);
const job: Job = {
  id: "job-0123456789abcdef",
  agentName: "reviewer",
  scheduleName: "nightly",
  trigger: "schedule",
  status: "failed",
  exitReason: "denied",
  prompt: "Review\n  the last commit",
  priority: 0,
  attempt: 1,
  createdAt: startedAt,
  startedAt,
  completedAt: new Date(startedAt.getTime() + 4_200),
  durationMs: 4_200,
  runtime: "sdk",
  workingDirectory: "/home/me/my repo",
  sessionId: "11111111-2222-3333-4444-555555555555",
  error: { message: "Permission denied for Write." },
  result: {
    success: false,
    exitReason: "denied",
    summary: "I could not\nwrite.",
    turns: 2,
    costUsd: 0.0123,
    usage: {
      "claude-x": {
        inputTokens: 100,
        outputTokens: 20,
        cacheReadTokens: 5,
        cacheCreationTokens: 0,
        costUsd: 0.0123,
      },
    },
    permissionDenials: [{ toolName: "Write", toolUseId: "t", input: { file_path: "/x" } }],
  },
};
const toolCalls = [
  { text: "→ Bash git show", outcome: "ok" },
  { text: "→ Write /x", outcome: "failed", message: "denied" },
] as const;
const options = { toolCalls, prefix: "herdctl -c f.yaml", output: plainOutput(), now: 0 };

test("explains on one screen why a job ended as it did and how to go on", () => {
  expect(explainJob(job, options)).toMatchInlineSnapshot(`
    "job-0123456789abcdef  reviewer  failed: denied
    A tool that Claude needed was denied, and nothing succeeded after that.
    Permission denied for Write.

    prompt    Review the last commit
    trigger   schedule nightly
    ran       2026-11-21 12:00:00, 4.2s
    in        /home/me/my repo
    session   11111111-2222-3333-4444-555555555555
    did       2 turns, $0.0123
    tokens    claude-x: 100 in, 20 out, 5 read from cache, $0.0123
    answer    I could not
              write.

    Last tool calls
      → Bash git show
      → Write /x
          failed: denied

    Denied
      Write {"file_path":"/x"}

    Go on
      herdctl -c f.yaml logs job-0123456789abcdef  # the whole output
      herdctl -c f.yaml retry job-0123456789abcdef  # run it again
      herdctl -c f.yaml resume job-0123456789abcdef -p "…"  # continue its session
      cd '/home/me/my repo' && claude --resume 11111111-2222-3333-4444-555555555555  # continue by hand"
  `);
});

test("a running job can be watched and ended", () => {
  const {
    exitReason: _reason,
    completedAt: _end,
    durationMs: _took,
    error: _error,
    result: _result,
    ...rest
  } = job;
  const now = startedAt.getTime() + 61_000;
  const screen = explainJob({ ...rest, status: "running" }, { ...options, toolCalls: [], now });
  expect(screen).toContain("It is at work.");
  expect(screen).toContain("so far 1m 1s");
  expect(screen).toContain("herdctl -c f.yaml logs job-0123456789abcdef -f");
  expect(screen).toContain("herdctl -c f.yaml cancel job-0123456789abcdef");
  expect(screen).not.toContain("--resume");
});

test("a queued job says that it has not run", () => {
  const {
    startedAt: _start,
    completedAt: _end,
    result: _result,
    error: _error,
    exitReason: _reason,
    sessionId: _session,
    ...rest
  } = job;
  const screen = explainJob({ ...rest, status: "queued" }, { ...options, toolCalls: [] });
  expect(screen).toContain("It waits for its turn.");
  expect(screen).toContain("not yet; asked for at 2026-11-21 12:00:00");
});

test("shows what was checked, which hooks ran and which item it worked on", () => {
  const startedAtText = startedAt.toISOString();
  const hook = { phase: "after_run", hookType: "shell", startedAt: startedAtText } as const;
  const checked: Job = {
    ...job,
    workItem: { source: "folder", id: "1.md", title: "One", text: "Do it.", location: "/t/1.md" },
    result: {
      success: false,
      exitReason: "unverified",
      turns: 2,
      costUsd: 0,
      usage: {},
      permissionDenials: [],
      expect: [
        { type: "command", subject: "npm test", success: false, error: "exit code 1: 2 failed" },
        { type: "file", subject: "a.md", success: true },
      ],
      hooks: [
        { ...hook, index: 0, name: "publish", success: true, durationMs: 1_500 },
        { ...hook, index: 1, success: false, durationMs: 20, error: "exit code 3" },
        { ...hook, index: 2 },
      ],
    },
  };
  const text = explainJob(checked, options);
  expect(text).toContain("work      One (/t/1.md)");
  expect(text).toContain("npm test  exit code 1: 2 failed\n  a.md  ok");
  expect(text).toContain(
    "after_run publish  ok, 1.5s\n  after_run 2  exit code 3\n  after_run 3  its end is not known",
  );
});

test("shows what the agent reported and sent, and who asked for the job", () => {
  const told = explainJob(
    {
      ...job,
      trigger: "agent",
      parentJobId: "job-1",
      lineage: ["planner", "writer"],
      reason: "The build was not done.",
      report: { status: "partial", summary: "One of two.\nThe other waits.", data: { done: 1 } },
      files: [
        { name: "a.md", path: "/s/jobs/a.md", size: 1_500, mimeType: "text/markdown" },
        { name: "b.png", path: "/s/jobs/b.png", size: 9, mimeType: "image/png", title: "Graph" },
      ],
    },
    options,
  );
  expect(told).toContain("agent, schedule nightly, asked for by job-1, after planner → writer");
  expect(told).toContain('Report\n  partial: One of two.\n    The other waits.\n  {"done":1}');
  expect(told).toContain("why       The build was not done.");
  expect(told).toContain("Files\n  a.md (1.5 kB)  /s/jobs/a.md\n  Graph (9 B)  /s/jobs/b.png");
});
