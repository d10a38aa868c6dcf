import { describe, expect, it } from "vitest";
import type { ResolvedAgent } from "../config/resolved.ts";
import type { SessionRecord } from "../state/store.ts";
import { plainAgent } from "../../test/plain-agent.ts";
import { planSession, sessionScope } from "./policy.ts";

const hour = 3_600_000;
const now = Date.parse("2026-01-02T00:00:00Z");

const agent = plainAgent;

const last: SessionRecord = {
  sessionId: "s-1",
  agentName: "a",
  scope: "agent",
  runtime: "sdk",
  container: false,
  workingDirectory: "/w",
  jobId: "job-1",
  createdAt: "2026-01-01T00:00:00.000Z",
  lastUsedAt: "2026-01-01T12:00:00.000Z",
};

describe("sessionScope", () => {
  const persistent: ResolvedAgent = { ...agent, session: { mode: "persistent", timeout: hour } };

  it.each([
    { name: "a fresh agent", of: agent, schedule: undefined, scope: undefined },
    { name: "a persistent agent", of: persistent, schedule: undefined, scope: "agent" },
    {
      name: "a schedule that resumes",
      of: persistent,
      schedule: { name: "nightly", resumeSession: true },
      scope: "schedule:nightly",
    },
    {
      name: "a schedule that does not",
      of: agent,
      schedule: { name: "nightly", resumeSession: false },
      scope: undefined,
    },
  ])("of $name is $scope", ({ of, schedule, scope }) => {
    expect(sessionScope(of, schedule)).toBe(scope);
  });
});

describe("planSession", () => {
  it("continues the last session of the scope", () => {
    expect(planSession(agent, last, now)).toEqual({ session: { mode: "resume", from: "s-1" } });
  });

  it("starts a fresh one where there is none, without a note", () => {
    expect(planSession(agent, undefined, now)).toEqual({ session: { mode: "new" } });
  });

  it.each([
    { why: "another runtime", of: { ...last, runtime: "cli" } as const, note: "cli runtime" },
    { why: "a container", of: { ...last, container: true }, note: "in a container" },
    { why: "another folder", of: { ...last, workingDirectory: "/old" }, note: "/old" },
    {
      why: "its age",
      of: { ...last, lastUsedAt: "2025-12-31T00:00:00.000Z" },
      note: "expired",
    },
  ])("starts a fresh one and says why: $why", ({ of, note }) => {
    const plan = planSession(agent, of, now);
    expect(plan.session).toEqual({ mode: "new" });
    expect(plan.note).toContain(note);
  });
});
