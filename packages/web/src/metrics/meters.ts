import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

/** Everything that is counted, as Prometheus knows it. */
export interface Meters {
  readonly registry: Registry;
  readonly jobs: Counter<"agent" | "outcome">;
  readonly jobSeconds: Histogram<"agent">;
  readonly queueSeconds: Histogram<"agent">;
  readonly fires: Counter<"agent" | "schedule" | "fate" | "reason">;
  readonly tokens: Counter<"agent" | "model" | "kind">;
  readonly dollars: Counter<"agent">;
  readonly storeWriteSeconds: Histogram;
  readonly storeWriteFailures: Counter;
  readonly refusals: Counter<"reason">;
  readonly jobsRunning: Gauge<"agent">;
  readonly jobsQueued: Gauge<"agent">;
  readonly jobsWaiting: Gauge<"reason">;
  readonly queueOldest: Gauge;
  readonly approvals: Gauge<"kind">;
  readonly claudeProcesses: Gauge;
  readonly ready: Gauge;
}

const seconds = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 1_800, 3_600, 7_200, 14_400];
const writeSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

/** Makes the meters of one fleet. */
export function createMeters(): Meters {
  const registry = new Registry();
  return {
    registry,
    ...createCounters(registry),
    ...createDaemonCounters(registry),
    ...createGauges(registry),
  };
}

/** Measures the process from now on: memory, CPU, the lag of its event loop. */
export function measureProcess({ registry }: Meters): void {
  collectDefaultMetrics({ register: registry });
}

type DaemonCounters = Pick<Meters, "storeWriteSeconds" | "storeWriteFailures" | "refusals">;

function createCounters(
  registry: Registry,
): Omit<Meters, "registry" | keyof DaemonCounters | keyof Gauges> {
  const registers = [registry];
  return {
    jobs: new Counter({
      name: "herdctl_jobs_total",
      help: "Jobs that ended, by how they ended.",
      labelNames: ["agent", "outcome"],
      registers,
    }),
    jobSeconds: new Histogram({
      name: "herdctl_job_duration_seconds",
      help: "From the start of a job to its end, waits between attempts included.",
      labelNames: ["agent"],
      buckets: seconds,
      registers,
    }),
    queueSeconds: new Histogram({
      name: "herdctl_job_queue_seconds",
      help: "From the wish for a job to its start.",
      labelNames: ["agent"],
      buckets: seconds,
      registers,
    }),
    fires: new Counter({
      name: "herdctl_schedule_fires_total",
      help: "Due instants of schedules by their fate: fired, skipped or missed.",
      labelNames: ["agent", "schedule", "fate", "reason"],
      registers,
    }),
    tokens: new Counter({
      name: "herdctl_tokens_total",
      help: "Tokens of jobs that ended: input, output, cache_read, cache_creation.",
      labelNames: ["agent", "model", "kind"],
      registers,
    }),
    dollars: new Counter({
      name: "herdctl_cost_dollars_total",
      help: "US dollars of jobs that ended, as Claude Code reports them.",
      labelNames: ["agent"],
      registers,
    }),
  };
}

function createDaemonCounters(registry: Registry): DaemonCounters {
  const registers = [registry];
  return {
    storeWriteSeconds: new Histogram({
      name: "herdctl_store_write_seconds",
      help: "Transactions of the store until they were on disk.",
      buckets: writeSeconds,
      registers,
    }),
    storeWriteFailures: new Counter({
      name: "herdctl_store_write_failures_total",
      help: "Transactions of the store that failed.",
      registers,
    }),
    refusals: new Counter({
      name: "herdctl_http_refused_total",
      help: "Requests over TCP that were not let in, by reason.",
      labelNames: ["reason"],
      registers,
    }),
  };
}

type Gauges = Pick<
  Meters,
  | "jobsRunning"
  | "jobsQueued"
  | "jobsWaiting"
  | "queueOldest"
  | "approvals"
  | "claudeProcesses"
  | "ready"
>;

function createGauges(registry: Registry): Gauges {
  const registers = [registry];
  return {
    jobsRunning: new Gauge({
      name: "herdctl_jobs_running",
      help: "Jobs that run.",
      labelNames: ["agent"],
      registers,
    }),
    jobsQueued: new Gauge({
      name: "herdctl_jobs_queued",
      help: "Jobs that wait for their turn.",
      labelNames: ["agent"],
      registers,
    }),
    jobsWaiting: new Gauge({
      name: "herdctl_jobs_waiting",
      help: "Jobs that wait for something else: a retry, a usage window, an approval, an answer.",
      labelNames: ["reason"],
      registers,
    }),
    queueOldest: new Gauge({
      name: "herdctl_queue_oldest_seconds",
      help: "How long the oldest job in the queue has waited; 0 when the queue is empty.",
      registers,
    }),
    approvals: new Gauge({
      name: "herdctl_approvals_waiting",
      help: "Requests that wait for a person.",
      labelNames: ["kind"],
      registers,
    }),
    claudeProcesses: new Gauge({
      name: "herdctl_claude_processes",
      help: "Processes of Claude Code that jobs have started.",
      registers,
    }),
    ready: new Gauge({
      name: "herdctl_ready",
      help: "1 while the fleet can do its work, as /readyz tells.",
      registers,
    }),
  };
}
