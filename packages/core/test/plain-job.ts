import type { JobRecord } from "../src/state/job-record.ts";

/** A running job with nothing but what each has, for pure functions. */
export const plainJob: JobRecord = {
  id: "job-1",
  agentName: "a",
  trigger: "manual",
  status: "running",
  prompt: "x",
  priority: 0,
  queueSeq: 1,
  createdAt: "2026-03-01T12:00:00.000Z",
  attempt: 1,
  fence: 1,
  runtime: "sdk",
  workingDirectory: "/work",
};
