import type { Job } from "@herdctl/core";
import type { FleetOperations } from "@herdctl/web";
import { Progress } from "./progress.ts";
import { paintLine } from "./render/output-line.ts";
import type { Output } from "./terminal/output.ts";
import { createStatusLine } from "./terminal/status-line.ts";

/** How to watch a job. */
export interface WatchOptions {
  readonly output: Output;
  /** Ends the watching, not the job. */
  readonly signal: AbortSignal;
}

// Who waits longer than this is told why.
const patience = 1_000;

/** Shows a job's output as it arrives; resolves with the job once it is over. */
export async function watchJob(
  fleet: FleetOperations,
  { id }: Job,
  { output, signal }: WatchOptions,
): Promise<Job> {
  const progress = new Progress();
  {
    using status = createStatusLine(output, () => progress.describe(Date.now()));
    const explain = setTimeout(() => {
      explainWait(fleet, id, output).catch(() => undefined);
    }, patience);
    try {
      for await (const line of fleet.streamJobLines(id, { signal })) {
        clearTimeout(explain);
        progress.add(line);
        status.write(paintLine(line, output));
      }
    } finally {
      clearTimeout(explain);
    }
  }
  return fleet.waitForJob(id, { signal });
}

async function explainWait(fleet: FleetOperations, id: string, output: Output): Promise<void> {
  const { items } = await fleet.getQueue();
  const item = items.find((queued) => queued.jobId === id);
  if (!item) return;
  const whose = item.waitingFor === "agent" ? `${item.agentName} is` : "the fleet is";
  output.note(`Queued at position ${item.position}: ${whose} at its limit of concurrent jobs.`);
}
