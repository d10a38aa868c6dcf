import type { Gauge } from "prom-client";
import type { FleetTarget } from "../fleet-target.ts";
import type { HealthCheck } from "../health-check.ts";
import type { Meters } from "./meters.ts";

type GaugedFleet = Pick<FleetTarget, "getQueue" | "getJobPage" | "getApprovals">;

/** Sets what is read at the moment of a scrape. What it costs depends on the jobs, not on the agents. */
export async function readGauges(
  fleet: GaugedFleet,
  meters: Meters,
  checkHealth: HealthCheck,
): Promise<void> {
  const { problem, claudeProcesses } = await checkHealth();
  meters.ready.set(problem === undefined ? 1 : 0);
  meters.claudeProcesses.set(claudeProcesses);

  const { items } = fleet.getQueue();
  const asked = items.map(({ queuedAt }) => queuedAt.getTime());
  const waited = asked.length === 0 ? 0 : Date.now() - Math.min(...asked);
  meters.queueOldest.set(Math.max(0, waited) / 1_000);
  const { jobs: running } = fleet.getJobPage({ status: "running", limit: Infinity });
  const { jobs: waiting } = fleet.getJobPage({ status: "waiting", limit: Infinity });
  const approvals = fleet.getApprovals({ status: "pending", limit: Infinity });
  await count(meters.jobsQueued, items.map(toAgent));
  await count(meters.jobsRunning, running.map(toAgent));
  await count(
    meters.jobsWaiting,
    waiting.map(({ waitingFor = "" }) => ({ reason: waitingFor })),
  );
  await count(
    meters.approvals,
    approvals.map(({ kind }) => ({ kind })),
  );
}

function toAgent({ agentName }: { readonly agentName: string }): { readonly agent: string } {
  return { agent: agentName };
}

/** Counts by labels; what was there before and is not now is 0. */
async function count<Label extends string>(
  gauge: Gauge<Label>,
  found: readonly Readonly<Record<Label, string>>[],
): Promise<void> {
  for (const { labels } of (await gauge.get()).values) gauge.set(labels, 0);
  for (const labels of found) gauge.inc(labels);
}
