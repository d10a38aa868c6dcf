import type { Job, QueueInfo } from "@herdctl/core";
import type { FleetOperations } from "@herdctl/web";
import { Progress } from "./progress.ts";
import { describePresence } from "./render/presence.ts";
import { describeWait } from "./render/outcome.ts";
import { paintLine } from "./render/output-line.ts";
import type { Output } from "./terminal/output.ts";
import { createStatusLine } from "./terminal/status-line.ts";

/** How to watch a job. */
export interface WatchOptions {
  readonly output: Output;
  /** Ends the watching, not the job. */
  readonly signal: AbortSignal;
  /** Whether its daemon is there; told to whoever watches, too. */
  readonly onPresence: (isThere: boolean) => void;
}

// Who waits longer than this is told why.
const patience = 1_000;

/** Shows a job's output as it arrives; resolves with the job once it is over. */
export async function watchJob(
  fleet: FleetOperations,
  { id }: Job,
  { output, signal, onPresence }: WatchOptions,
): Promise<Job> {
  const progress = new Progress();
  const announce =
    (note: (line: string) => void) =>
    (isThere: boolean): void => {
      onPresence(isThere);
      note(output.style("dim", describePresence(isThere)));
    };
  const enough = new AbortController();
  {
    using status = createStatusLine(output, () => progress.describe(Date.now()));
    const tell = (text: string): void => status.note(output.style("dim", text));
    const explain = setTimeout(() => {
      explainQueueing(fleet, id, tell).catch(() => undefined);
    }, patience);
    const waits = { signal: AbortSignal.any([signal, enough.signal]), tell };
    tellWaits(fleet, id, waits).catch(() => undefined);
    try {
      const options = { signal, onPresence: announce((line) => status.note(line)) };
      for await (const line of fleet.streamJobLines(id, options)) {
        clearTimeout(explain);
        progress.add(line);
        status.write(paintLine(line, output));
      }
    } finally {
      clearTimeout(explain);
      enough.abort();
    }
  }
  return fleet.waitForJob(id, { signal, onPresence: announce((line) => output.note(line)) });
}

async function explainQueueing(
  fleet: FleetOperations,
  id: string,
  tell: (text: string) => void,
): Promise<void> {
  const { items } = await fleet.getQueue();
  const item = items.find((queued) => queued.jobId === id);
  if (!item) return;
  tell(`Queued at position ${item.position}: ${reasonOf(item)}`);
}

function reasonOf({ agentName, waitingFor }: QueueInfo["items"][number]): string {
  if (waitingFor === "paused") return `${agentName} is paused until \`herdctl resume\`.`;
  const whose = waitingFor === "agent" ? agentName : "the fleet";
  return `${whose} is at its limit of concurrent jobs.`;
}

async function tellWaits(
  fleet: FleetOperations,
  id: string,
  { signal, tell }: { readonly signal: AbortSignal; readonly tell: (text: string) => void },
): Promise<void> {
  for await (const event of fleet.streamEvents({ signal })) {
    if (event.type !== "job:waiting" || event.jobId !== id) continue;
    tell(`Waiting for ${describeWait(event, Date.now())} …`);
  }
}
