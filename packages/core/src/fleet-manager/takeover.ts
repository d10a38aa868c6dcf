import type { ResolvedRetry } from "../config/resolved.ts";
import { messageOf } from "../errors.ts";
import { decide } from "../runner/recovery.ts";
import { jobOutputFile, tailJobOutput } from "../state/job-output.ts";
import type { JobRecord } from "../state/job-record.ts";
import { endAbandoned } from "./control.ts";
import type { Fleet } from "./fleet.ts";
import { settleEndedWork } from "./job-work.ts";
import { nextSession } from "./next-session.ts";
import { isNodeAlive } from "../runner/node-identity.ts";

/**
 * Settles what an earlier daemon left behind, before anything new starts: running jobs without a
 * living owner are ended with everything they started and recorded as `interrupted`. Jobs with a
 * living owner, such as a foreground trigger, are left alone.
 */
export async function takeOverAbandoned(fleet: Fleet): Promise<void> {
  const abandoned = fleet.store.jobs.live().filter((job) => isAbandoned(job, fleet.node));
  await Promise.all(
    abandoned.map(async (job) => {
      try {
        await endAbandoned(fleet, job, (taken) => afterDeath(fleet, taken));
      } catch (error) {
        fleet.log.error(`cannot settle job ${job.id}: ${messageOf(error)}`, { jobId: job.id });
      }
    }),
  );
  await settleEndedWork(fleet);
}

function afterDeath(fleet: Fleet, job: JobRecord): ReturnType<Parameters<typeof endAbandoned>[2]> {
  const error = { message: "the process that ran this job ended before it did" };
  if (job.cancelCause !== undefined) {
    return { end: { status: "cancelled", exitReason: "cancelled", error } };
  }
  const decision = decide(interrupted, policyOf(fleet, job), {
    retries: job.retries ?? 0,
    now: fleet.clock.now(),
  });
  if (decision.action === "finish") {
    return { end: { status: "failed", exitReason: "interrupted", error } };
  }
  return {
    wait: {
      waitingFor: "retry",
      wakeAt: new Date(decision.wakeAt).toISOString(),
      reason: error.message,
      retries: (job.retries ?? 0) + 1,
      ...nextSession(job, hasWorked(fleet, job)),
    },
  };
}

const interrupted = {
  status: "failed",
  exitReason: "interrupted",
  turns: 0,
  costUsd: 0,
  usage: {},
  permissionDenials: [],
} as const;

const never: ResolvedRetry = { maxAttempts: 1, backoff: 0, onInterrupt: "fail" };

function policyOf(fleet: Fleet, job: JobRecord): ResolvedRetry {
  const agent = fleet.config.agents.find((item) => item.qualifiedName === job.agentName);
  const schedule = agent?.schedules.find((item) => item.name === job.scheduleName);
  return schedule?.retry ?? agent?.retry ?? never;
}

function hasWorked(fleet: Fleet, job: JobRecord): boolean {
  const { lines } = tailJobOutput(jobOutputFile(fleet.state.stateDir, job.id), { lines: 200 });
  return lines.some(({ type }) => type === "assistant" || type === "tool_use");
}

function isAbandoned(job: JobRecord, node: string): boolean {
  if (job.status !== "running") return false;
  return job.node === undefined || (job.node !== node && !isNodeAlive(job.node));
}
