import type { AgentInfo, Approval, Job } from "@herdctl/core";
import type { FleetSnapshot } from "../src/watch/fleet-snapshot.ts";

/** The instant that the fleet below is looked at. */
export const now = Date.parse("2026-11-21T12:00:00Z");

/** A fleet at work. */
export const busyFleet: FleetSnapshot = {
  status: {
    state: "running",
    uptime: 7_384_000,
    name: "night-shift",
    configPath: "/fleet/herdctl.yaml",
    stateDir: "/fleet/.herdctl",
    pid: 7,
    agents: { total: 3, running: 1, idle: 2 },
    paused: false,
    jobs: { active: 1, queued: 1, waiting: 1, completed: 40, failed: 2, cancelled: 1 },
    scheduler: { nextTrigger: new Date(now + 60_000), activeSchedules: 1 },
    storage: { databaseBytes: 0, outputBytes: 0, logBytes: 0 },
  },
  agents: [
    agent("reviewer", { state: "running", description: "reviews what was committed" }),
    agent("writer", { description: "日本語 writes" }),
    agent("ops.janitor", { paused: true }),
  ],
  running: [
    job(1, { agentName: "reviewer", status: "running", startedAt: new Date(now - 73_000) }),
  ],
  waiting: [
    job(2, { agentName: "writer", status: "waiting", waitingFor: "approval", approvalId: "ask-1" }),
  ],
  queue: {
    total: 1,
    items: [
      {
        jobId: job(3).id,
        agentName: "reviewer",
        priority: 0,
        position: 1,
        queuedAt: new Date(now - 5_000),
        waitingFor: "agent",
      },
    ],
  },
  schedules: [
    {
      agentName: "reviewer",
      name: "hourly",
      type: "interval",
      interval: "1h",
      enabled: true,
      nextTrigger: new Date(now + 60_000),
    },
  ],
  ended: Array.from({ length: 12 }, (_, index) =>
    job(20 - index, {
      agentName: "writer",
      status: index === 1 ? "failed" : "completed",
      exitReason: index === 1 ? "max_turns" : "success",
      completedAt: new Date(now - index * 60_000),
      durationMs: 4_200,
    }),
  ),
  approvals: [
    approval("ask-1", { kind: "approval", toolName: "Bash", input: { command: "rm -rf build" } }),
    approval("ask-2", { kind: "question", question: "Which one?", options: ["A", "B"] }),
  ],
  costToday: new Map([["writer", 1.234]]),
};

/** The same fleet with nothing to do. */
export const idleFleet: FleetSnapshot = {
  ...busyFleet,
  running: [],
  waiting: [],
  queue: { total: 0, items: [] },
  schedules: [],
  ended: [],
  approvals: [],
  costToday: new Map(),
};

function agent(name: string, more: Partial<AgentInfo> = {}): AgentInfo {
  return {
    name,
    state: "idle",
    paused: false,
    runtime: "sdk",
    workingDirectory: "/fleet",
    configPath: "/fleet/agents/a.yaml",
    concurrency: { running: 0, queued: 0, limit: 1 },
    runningJobs: [],
    schedules: [],
    nextTrigger: null,
    ...more,
  };
}

function job(number: number, more: Partial<Job> = {}): Job {
  return {
    id: `job-01k${String(number).padStart(13, "0")}`,
    agentName: "reviewer",
    trigger: "manual",
    status: "queued",
    prompt: "Do it.",
    priority: 0,
    attempt: 1,
    createdAt: new Date(now - 90_000),
    runtime: "sdk",
    workingDirectory: "/fleet",
    ...more,
  };
}

function approval(id: string, more: Partial<Approval> & Pick<Approval, "kind">): Approval {
  return {
    id,
    jobId: job(2).id,
    agentName: "writer",
    toolUseId: "toolu_1",
    toolName: "mcp__herdctl__ask_human",
    input: {},
    status: "pending",
    default: "deny",
    createdAt: new Date(now - 30_000),
    expiresAt: new Date(now + 3_600_000),
    ...more,
  };
}
