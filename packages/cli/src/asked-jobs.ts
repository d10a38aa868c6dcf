import type { Job } from "@herdctl/core";
import type { FleetOperations } from "@herdctl/web";
import { summarizeJob } from "./render/summary.ts";
import type { Output } from "./terminal/output.ts";

/**
 * Waits for the jobs that a job of this process, and they in turn, have asked other agents for: without
 * a daemon they would end with the process. `onWait` is told which one is waited for.
 */
export async function waitForAskedJobs(
  fleet: FleetOperations,
  jobId: string,
  { output, onWait }: { readonly output: Output; readonly onWait: (jobId: string) => void },
): Promise<void> {
  const family = new Set([jobId]);
  for (;;) {
    const { jobs } = await fleet.getJobs({ trigger: "agent", limit: 1_000 });
    // Newest first: a job is younger than the one that asked for it.
    const asked = jobs
      .toReversed()
      .filter(({ id, parentJobId }) => family.has(parentJobId ?? "") && family.add(id));
    const next = asked.find(isUnderWay);
    if (!next) return;
    onWait(next.id);
    output.note(`Waiting for ${next.id} of ${next.agentName}, which it has triggered.`);
    output.note(`${next.id} ${summarizeJob(await fleet.waitForJob(next.id), output)}`);
  }
}

// What is planned for later waits for the next daemon.
function isUnderWay({ status }: Job): boolean {
  return status === "queued" || status === "running";
}
