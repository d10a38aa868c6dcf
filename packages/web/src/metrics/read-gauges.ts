import type { FleetTarget } from "../fleet-target.ts";
import type { HealthCheck } from "../health-check.ts";
import type { Meters } from "./meters.ts";

/** Sets what is read at the moment of a scrape. */
export async function readGauges(
  fleet: Pick<FleetTarget, "getAgents" | "getQueue" | "getJobPage" | "getApprovals">,
  meters: Meters,
  checkHealth: HealthCheck,
): Promise<void> {
  const { problem, claudeProcesses } = await checkHealth();
  meters.ready.set(problem === undefined ? 1 : 0);
  meters.claudeProcesses.set(claudeProcesses);

  // An agent that was removed is not told any more.
  meters.jobsRunning.reset();
  meters.jobsQueued.reset();
  for (const { name: agent, concurrency } of fleet.getAgents()) {
    meters.jobsRunning.set({ agent }, concurrency.running);
    meters.jobsQueued.set({ agent }, concurrency.queued);
  }
  const queued = fleet.getQueue().items.map((item) => item.queuedAt.getTime());
  const oldest = queued.length === 0 ? 0 : Date.now() - Math.min(...queued);
  meters.queueOldest.set(Math.max(0, oldest) / 1_000);

  meters.jobsWaiting.reset();
  for (const reason of ["retry", "window", "session", "approval", "question", "time"] as const) {
    meters.jobsWaiting.set({ reason }, 0);
  }
  for (const { waitingFor } of fleet.getJobPage({ status: "waiting" }).jobs) {
    if (waitingFor !== undefined) meters.jobsWaiting.inc({ reason: waitingFor });
  }
  for (const kind of ["approval", "question"] as const) meters.approvals.set({ kind }, 0);
  for (const { kind } of fleet.getApprovals({ status: "pending" })) meters.approvals.inc({ kind });
}
