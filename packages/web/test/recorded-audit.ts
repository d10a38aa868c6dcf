import type { AuditList } from "@herdctl/core";

const timestamp = new Date("2026-03-01T06:00:00.000Z");
const job = "job-01hzy3v9k4a7c2d1";

export const recordedAudit: AuditList = {
  entries: [
    {
      seq: 7,
      timestamp,
      operation: "trigger",
      agentName: "platform.reviewer",
      scheduleName: "nightly",
      actor: { via: "bearer", access: "full", address: "10.0.0.3" },
      outcome: "ok",
      newJobId: job,
    },
    { seq: 6, timestamp, operation: "cancelJob", jobId: job, actor: { via: "process" } },
  ],
  nextCursor: "6",
};
