import type { AgentInfo, Approval, FleetStatus, Job, QueueInfo, ScheduleInfo } from "@herdctl/core";
import type { FleetOperations } from "@herdctl/web";
import { formatInstant } from "../terminal/format.ts";

/** The fleet at one instant, as far as it fits on a screen. */
export interface FleetSnapshot {
  readonly status: FleetStatus;
  readonly agents: readonly AgentInfo[];
  readonly running: readonly Job[];
  readonly waiting: readonly Job[];
  readonly queue: QueueInfo;
  /** Those that fire by the clock, soonest first. */
  readonly schedules: readonly ScheduleInfo[];
  /** Jobs that are over, latest first. */
  readonly ended: readonly Job[];
  readonly approvals: readonly Approval[];
  /** US dollars since midnight, by agent. */
  readonly costToday: ReadonlyMap<string, number>;
}

const mostJobs = 100;

/** Asks the fleet how it is. */
export async function readSnapshot(fleet: FleetOperations): Promise<FleetSnapshot> {
  const [today = ""] = formatInstant(new Date()).split(" ");
  const [status, agents, running, waiting, queue, schedules, recent, approvals, usage] =
    await Promise.all([
      fleet.getStatus(),
      fleet.getAgents(),
      fleet.getJobs({ status: "running", limit: mostJobs }),
      fleet.getJobs({ status: "waiting", limit: mostJobs }),
      fleet.getQueue(),
      fleet.getSchedules(),
      fleet.getJobs({ limit: mostJobs }),
      fleet.getApprovals({ status: "pending" }),
      fleet.getUsage({ since: today }),
    ]);
  const costToday = new Map<string, number>();
  for (const { agentName, costUsd } of usage) {
    costToday.set(agentName, (costToday.get(agentName) ?? 0) + costUsd);
  }
  return {
    status,
    agents,
    running: running.jobs,
    waiting: waiting.jobs,
    queue,
    schedules: schedules
      .filter(({ nextTrigger }) => nextTrigger !== null)
      .toSorted((a, b) => Number(a.nextTrigger) - Number(b.nextTrigger)),
    ended: recent.jobs.filter(({ completedAt }) => completedAt !== undefined),
    approvals,
    costToday,
  };
}
