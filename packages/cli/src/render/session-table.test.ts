import type { Session } from "@herdctl/core";
import { expect, test } from "vitest";
import { plainOutput } from "../../test/plain-output.ts";
import { renderSessions } from "./session-table.ts";

const now = new Date("2026-01-02T00:00:00.000Z");

const session: Session = {
  sessionId: "5f0c1a2b-0000-4000-8000-000000000001",
  agentName: "writer",
  origin: "herdctl",
  scope: "schedule:nightly",
  jobId: "job-1",
  runtime: "sdk",
  container: false,
  workingDirectory: "/w",
  firstPrompt: "Write the report of the day, with everything that happened in it.",
  bytes: 142_183,
  lastUsedAt: new Date(now.getTime() - 3_600_000),
  resumable: true,
};

test("tells whose each is, what it is about, and whether it can go on", () => {
  const { scope: _, jobId: __, ...byHand } = session;
  const table = renderSessions(
    [
      session,
      { ...session, sessionId: "5f0c1a2b-0000-4000-8000-000000000002", scope: "agent", openIn: 77 },
      {
        ...session,
        sessionId: "77aa0000-0000-4000-8000-000000000003",
        scope: "job:job-2",
        title: "Notes",
        resumable: false,
        obstacle: { reason: "expired", message: "has expired" },
      },
      { ...byHand, sessionId: "88aa0000-1", origin: "other", lastUsedAt: now },
      { ...byHand, sessionId: "99aa0000-1", firstPrompt: "Go." },
    ],
    { output: plainOutput({ columns: 120 }), now: now.getTime() },
  );
  expect(table).toMatchInlineSnapshot(`
    "SESSION                               AGENT   LAST USED    SIZE  FOR               ABOUT              STATE
    5f0c1a2b-0000-4000-8000-000000000001  writer  1h ago     142 kB  schedule nightly  Write the report…  can go on
    5f0c1a2b-0000-4000-8000-000000000002  writer  1h ago     142 kB  the agent         Write the report…  open in process 77
    77aa0000                              writer  1h ago     142 kB  a job             Notes              has expired
    88aa0000                              writer  now        142 kB  by hand           Write the report…  can go on
    99aa0000                              writer  1h ago     142 kB  a job             Go.                can go on"
  `);
});

test("does without what nobody knows", () => {
  const { bytes: _, firstPrompt: __, ...bare } = session;
  const table = renderSessions([bare], { output: plainOutput(), now: now.getTime() });
  expect(table).toMatch(/1h ago +– +schedule nightly +– +can go on$/);
});
