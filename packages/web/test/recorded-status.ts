import type { FleetStatus } from "@herdctl/core";

const start = new Date("2026-03-01T06:00:00.000Z");

export const recordedStatus: FleetStatus = {
  state: "running",
  uptime: 1_234,
  name: "platform",
  configPath: "/srv/herdctl.yaml",
  stateDir: "/srv/.herdctl",
  pid: process.pid,
  paused: false,
  agents: { total: 1, running: 1, idle: 0 },
  jobs: { active: 1, queued: 1, waiting: 1, completed: 7, failed: 2, cancelled: 0 },
  scheduler: { nextTrigger: start, activeSchedules: 1 },
  storage: { databaseBytes: 4_096, outputBytes: 120, logBytes: 80 },
};
