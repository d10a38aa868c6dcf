import type { Job } from "@herdctl/core";
import type { FleetEvent, StreamedEvent } from "../operations.ts";
import type { Meters } from "./meters.ts";

/** What an event adds to the meters: taken at once, added when they are there. */
export type Measurement = (meters: Meters) => void;

/** Where an event that names a job finds it. */
export type FindJob = (jobId: string) => Job | undefined;

/** Events that are measured. */
export const measuredEvents: readonly StreamedEvent[] = [
  "agent:started",
  "job:completed",
  "job:failed",
  "job:cancelled",
  "schedule:triggered",
  "schedule:skipped",
  "schedule:missed",
];

/** Takes the measure of an event, of a fleet that is counted since an instant (milliseconds). */
export function measureEvent(
  event: FleetEvent,
  { findJob, since }: { readonly findJob: FindJob; readonly since: number },
): Measurement | undefined {
  switch (event.type) {
    case "agent:started":
      return measureStart(findJob(event.jobId), since);
    case "job:completed":
    case "job:failed":
    case "job:cancelled":
      return measureEnd(findJob(event.jobId));
    case "schedule:triggered":
      return measureFire(event, { fate: "fired" });
    case "schedule:skipped":
      return measureFire(event, { fate: "skipped", reason: event.reason });
    case "schedule:missed":
      return measureFire(event, { fate: "missed", count: event.count });
    default:
      return undefined;
  }
}

function measureStart(job: Job | undefined, since: number): Measurement | undefined {
  // A job that is taken over started before; one that an agent planned for later waited on purpose.
  if (!job?.startedAt || job.startedAt.getTime() < since || job.reason !== undefined)
    return undefined;
  // Later attempts waited for something else.
  if (job.attempt !== 1) return undefined;
  const waited = (job.startedAt.getTime() - job.createdAt.getTime()) / 1_000;
  return (meters) => meters.queueSeconds.observe({ agent: job.agentName }, waited);
}

function measureEnd(job: Job | undefined): Measurement | undefined {
  if (!job?.result) return undefined;
  const { agentName: agent, durationMs, result } = job;
  return (meters) => {
    meters.jobs.inc({ agent, outcome: result.exitReason });
    if (durationMs !== undefined) meters.jobSeconds.observe({ agent }, durationMs / 1_000);
    if (result.costUsd > 0) meters.dollars.inc({ agent }, result.costUsd);
    for (const [model, used] of Object.entries(result.usage)) {
      meters.tokens.inc({ agent, model, kind: "input" }, used.inputTokens);
      meters.tokens.inc({ agent, model, kind: "output" }, used.outputTokens);
      meters.tokens.inc({ agent, model, kind: "cache_read" }, used.cacheReadTokens);
      meters.tokens.inc({ agent, model, kind: "cache_creation" }, used.cacheCreationTokens);
    }
  };
}

interface Fate {
  readonly fate: "fired" | "skipped" | "missed";
  readonly reason?: string;
  readonly count?: number;
}

function measureFire(
  { agentName, scheduleName }: { readonly agentName: string; readonly scheduleName: string },
  { fate, reason = "", count = 1 }: Fate,
): Measurement {
  const labels = { agent: agentName, schedule: scheduleName, fate, reason };
  return (meters) => meters.fires.inc(labels, count);
}
