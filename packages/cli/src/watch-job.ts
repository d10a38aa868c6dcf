import { formatDuration, type Job, type OutputLine } from "@herdctl/core";
import type { FleetOperations } from "@herdctl/web";
import { paintLine } from "./render/output-line.ts";
import { formatCount } from "./terminal/format.ts";
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
    using status = createStatusLine(output, () => progress.describe());
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

class Progress {
  readonly #messages = new Set<string | undefined>();
  #startedAt: number | undefined;
  #toolCalls = 0;

  add(line: OutputLine): void {
    this.#startedAt ??= Date.parse(line.timestamp);
    if (line.type === "tool_use") this.#toolCalls += 1;
    const isOfClaude = line.type === "assistant" || line.type === "tool_use";
    if (isOfClaude && line.parentToolUseId === undefined) this.#messages.add(line.uuid);
  }

  describe(): string {
    if (this.#startedAt === undefined) return "waiting for the first message …";
    const parts = [
      `turn ${this.#messages.size + 1}`,
      formatCount(this.#toolCalls, "tool call"),
      formatDuration(Math.max(0, Date.now() - this.#startedAt)),
    ];
    return `${parts.join(" · ")} …`;
  }
}
