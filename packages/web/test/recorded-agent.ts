import type { AgentInfo, Job } from "@herdctl/core";

const start = new Date("2026-03-01T06:00:00.000Z");

export const recordedAgent: AgentInfo = {
  name: "platform.reviewer",
  state: "running",
  paused: true,
  runtime: "sdk",
  workingDirectory: "/srv/platform",
  configPath: "/srv/agents/reviewer.yaml",
  concurrency: { running: 1, queued: 1, limit: 1 },
  runningJobs: [],
  schedules: ["nightly"],
  nextTrigger: null,
};

export const recordedJob: Job = {
  id: "job-01hzy3v9k4a7c2d1",
  agentName: "platform.reviewer",
  scheduleName: "nightly",
  trigger: "manual",
  status: "running",
  prompt: "Review – “naïve” ✓\n",
  priority: 2,
  attempt: 1,
  createdAt: start,
  startedAt: new Date(start.getTime() + 5),
  runtime: "sdk",
  workingDirectory: "/srv/platform",
  output: "Hello\n",
  outputTruncated: false,
};
