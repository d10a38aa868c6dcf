import type { AuditEntry } from "@herdctl/core";
import { expect, test } from "vitest";
import { plainOutput } from "../../test/plain-output.ts";
import { renderAudit } from "./audit-table.ts";

const timestamp = new Date(2026, 10, 21, 12, 0, 0);

test("shows who asked for what, and what came of it", () => {
  const entries: readonly AuditEntry[] = [
    {
      seq: 5,
      timestamp,
      operation: "addAgent",
      agentName: "critic",
      source: "/srv/x",
      actor: { via: "socket" },
      outcome: "ok",
    },
    {
      seq: 4,
      timestamp,
      operation: "trigger",
      agentName: "reviewer",
      scheduleName: "nightly",
      actor: { via: "bearer", access: "full", address: "10.0.0.3" },
      outcome: "ok",
      newJobId: "job-0123456789abcdef",
    },
    {
      seq: 3,
      timestamp,
      operation: "cancelJob",
      jobId: "job-0123456789abcdef",
      actor: { via: "socket" },
      outcome: "INVALID_STATE",
    },
    { seq: 2, timestamp, operation: "stop", actor: { via: "cookie", access: "read-only" } },
    {
      seq: 1,
      timestamp,
      operation: "answerApproval",
      approvalId: "ask-1",
      actor: { via: "process" },
    },
  ];
  const options = { output: plainOutput({ columns: 120 }), now: timestamp.getTime() };
  expect(renderAudit(entries, options)).toMatchInlineSnapshot(`
    "AT                   WHO                   OPERATION       TARGET                OUTCOME
    2026-11-21 12:00:00  socket                addAgent        critic from /srv/x    ok
    2026-11-21 12:00:00  bearer from 10.0.0.3  trigger         reviewer nightly      job-0123456789abcdef
    2026-11-21 12:00:00  socket                cancelJob       job-0123456789abcdef  INVALID_STATE
    2026-11-21 12:00:00  cookie, read-only     stop            –                     –
    2026-11-21 12:00:00  process               answerApproval  ask-1                 –"
  `);
});
