import { expect, test } from "vitest";
import { plainJob } from "../../../test/plain-job.ts";
import type { JobRecord } from "../../state/job-record.ts";
import {
  approvalNotice,
  failedNotice,
  missedNotice,
  type Notice,
  summaryNotice,
  waitingNotice,
} from "./notice.ts";

const job: JobRecord = { ...plainJob, status: "failed" };

test("a failure says which job, why, and what it said", () => {
  const error = { message: "Log in again.", code: "RUNNER_ERROR" };
  expect(failedNotice({ ...job, exitReason: "auth", scheduleName: "daily", error })).toEqual({
    event: "failed",
    message: "job job-1 of a failed (auth): Log in again.",
    agentName: "a",
    scheduleName: "daily",
    jobId: "job-1",
    exitReason: "auth",
    error: "Log in again.",
  });
  expect(failedNotice(job).message).toBe("job job-1 of a failed (error)");
});

test("missed instants say how many and when", () => {
  const missed = { agentName: "a", scheduleName: "daily", from: new Date(0), until: new Date(0) };
  expect(missedNotice({ ...missed, count: 1 })).toMatchObject({
    event: "missed",
    message: "schedule a/daily missed a due time",
    from: "1970-01-01T00:00:00.000Z",
  });
  const until = new Date(3_600_000);
  expect(missedNotice({ ...missed, until, count: 3 })).toMatchObject({
    message: "schedule a/daily missed 3 due times in 1h",
    count: 3,
  });
});

test.each([
  ["approval", undefined],
  ["question", undefined],
  ["window", "job job-1 of a waits for the usage window until 2026-03-01T13:00:00.000Z"],
  ["retry", undefined],
  ["session", undefined],
] as const)("a wait for %s is told where it concerns a person", (waitingFor, message) => {
  const waiting = { ...job, status: "waiting", waitingFor, wakeAt: "2026-03-01T13:00:00.000Z" };
  expect(waitingNotice({ ...waiting, status: "waiting" })?.message).toBe(message);
});

test("a request to a person says what is asked, and its name", () => {
  const approval = {
    id: "ask-1",
    jobId: "job-1",
    agentName: "a",
    kind: "approval",
    status: "pending",
    toolUseId: "toolu_1",
    toolName: "Bash",
    input: { command: "x".repeat(400) },
    createdAt: new Date(0),
    expiresAt: new Date(1),
  } as const;
  const notice = approvalNotice(approval);
  expect(notice).toMatchObject({ event: "waiting", waitingFor: "approval", approvalId: "ask-1" });
  expect(notice.message).toMatch(
    /^job job-1 of a waits for an approval \(ask-1\): Bash \{"command":"x{283}…$/,
  );
  expect(approvalNotice({ ...approval, kind: "question", question: "Why?" }).message).toBe(
    "job job-1 of a waits for an answer (ask-1): Why?",
  );
});

test("a summary counts what it stands for", () => {
  const held: Notice[] = ["a", "b", "c", "d", "e", "f"].map((agentName, index) => ({
    event: index < 4 ? "failed" : "missed",
    message: "",
    timestamp: new Date(index * 1_000).toISOString(),
    agentName,
  }));
  expect(summaryNotice(held)).toEqual({
    event: "summary",
    message: "6 more: 4 failed, 2 missed (a, b, c, d, e, …)",
    count: 6,
    counts: { failed: 4, missed: 2 },
    from: "1970-01-01T00:00:00.000Z",
    until: "1970-01-01T00:00:05.000Z",
  });
});
