import type { Job, QueueInfo } from "@herdctl/core";
import { formatRelative } from "../terminal/format.ts";
import { type Column, renderTable } from "../terminal/table.ts";
import { describeWait } from "./outcome.ts";
import { type TableOptions, tableLook } from "./table-look.ts";

/** Jobs that do not run. */
export interface IdleJobs {
  readonly queue: QueueInfo;
  readonly waiting: readonly Job[];
}

/** Tables of the jobs that wait for their turn, and of those that wait for something else. */
export function renderIdleJobs(jobs: IdleJobs, options: TableOptions): readonly string[] {
  return [
    ...(jobs.queue.total > 0 ? [renderQueue(jobs, options)] : []),
    ...(jobs.waiting.length > 0 ? [renderWaiting(jobs, options)] : []),
  ];
}

function renderQueue({ queue }: IdleJobs, { output, now }: TableOptions): string {
  const columns: readonly Column<QueueInfo["items"][number]>[] = [
    { title: "QUEUED JOB", value: (item) => item.jobId },
    { title: "AGENT", value: (item) => item.agentName, shrinks: true },
    { title: "PRIORITY", value: (item) => String(item.priority), align: "right", optional: true },
    { title: "SINCE", value: (item) => formatRelative(item.queuedAt, now), optional: true },
    {
      title: "WAITS FOR",
      value: ({ waitingFor }) =>
        waitingFor === "paused" ? "`herdctl resume`" : `a free place of the ${waitingFor}`,
      shrinks: true,
    },
  ];
  return renderTable(columns, queue.items, tableLook(output));
}

function renderWaiting({ waiting }: IdleJobs, { output, now }: TableOptions): string {
  const columns: readonly Column<Job>[] = [
    { title: "WAITING JOB", value: (job) => job.id },
    { title: "AGENT", value: (job) => job.agentName, shrinks: true },
    { title: "WAITS FOR", value: (job) => describeWait(job, now), shrinks: true },
  ];
  return renderTable(columns, waiting, tableLook(output));
}
