import type { FleetTool } from "./fleet-tool.ts";
import { listAgents, triggerAgent } from "./tools/agents.ts";
import { answerApproval, listApprovals } from "./tools/approvals.ts";
import { fleetStatus, queue } from "./tools/fleet.ts";
import { cancelJob, getJob, listJobs, waitForJob } from "./tools/jobs.ts";
import { readOutput } from "./tools/output.ts";
import { disableSchedule, enableSchedule, listSchedules } from "./tools/schedules.ts";

/** Everything that a model can ask of a fleet. */
export const fleetTools: readonly FleetTool[] = [
  fleetStatus,
  listAgents,
  triggerAgent,
  waitForJob,
  getJob,
  readOutput,
  cancelJob,
  listJobs,
  queue,
  listSchedules,
  enableSchedule,
  disableSchedule,
  listApprovals,
  answerApproval,
];
