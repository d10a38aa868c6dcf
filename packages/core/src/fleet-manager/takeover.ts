import type { ResolvedRetry } from "../config/resolved.ts";
import { messageOf } from "../errors.ts";
import { decide } from "../runner/recovery.ts";
import type { JobRecord } from "../state/job-record.ts";
import { hasWorkedBefore } from "./attempt-job.ts";
import { endAbandoned } from "./control.ts";
import { waitAfterDeath } from "./approvals/lost-call.ts";
import { keepCall } from "./approvals/wait-for-person.ts";
import { startAnew } from "./start-anew.ts";
import { endDeadConversations } from "./conversations/end-dead-conversations.ts";
import type { Fleet } from "./fleet.ts";
import type { JobQueue } from "./job-queue.ts";
import { settleEndedWork } from "./job-work.ts";
import { nextSession } from "./next-session.ts";
import { takeJob } from "./take-job.ts";
import { isNodeAlive } from "../runner/node-identity.ts";
import { workedInSession } from "./worked-in-session.ts";

/**
 * Settles what an earlier daemon left behind, before anything new starts. A running job without a
 * living owner goes on where its claude can do without one, begins anew where claude never began, and
 * else is ended with everything it started and recorded as `interrupted`. Jobs with a living owner,
 * such as a foreground trigger, are left alone.
 */
export async function takeOverAbandoned(
  fleet: Fleet,
  queue: Pick<JobQueue, "join">,
): Promise<void> {
  await endDeadConversations(fleet);
  const abandoned = fleet.store.jobs.live().filter((job) => isAbandoned(fleet, job));
  await Promise.all(
    abandoned.map(async (job) => {
      try {
        if (outlivesOwner(job)) await join(fleet, queue, job);
        else await endAbandoned(fleet, job, (taken) => afterDeath(fleet, taken));
      } catch (error) {
        fleet.log.error(`cannot settle job ${job.id}: ${messageOf(error)}`, { jobId: job.id });
      }
    }),
  );
  await settleEndedWork(fleet);
}

/** Its claude writes into files: what it said is all there, whether it still runs or not. */
function outlivesOwner(job: JobRecord): boolean {
  const isWanted = job.cancelCause === undefined && job.settled === undefined;
  return job.runtime === "cli" && job.launch !== undefined && isWanted;
}

async function join(fleet: Fleet, queue: Pick<JobQueue, "join">, job: JobRecord): Promise<void> {
  const taken = await takeJob(fleet, job);
  if (taken) queue.join(taken);
}

async function afterDeath(
  fleet: Fleet,
  job: JobRecord,
): Promise<Awaited<ReturnType<Parameters<typeof endAbandoned>[2]>>> {
  const error = { message: "the process that ran this job ended before it did" };
  if (job.cancelCause !== undefined) {
    return { end: { status: "cancelled", exitReason: "cancelled", error } };
  }
  const anew = isUntouched(fleet, job) ? startAnew(fleet, job) : undefined;
  if (anew) return { wait: { ...anew, ...keepCall(job) } };
  const person = waitAfterDeath(fleet, job);
  if (person) return { wait: person };
  const decision = decide(interrupted, policyOf(fleet, job), {
    retries: job.retries ?? 0,
    now: fleet.clock.now(),
  });
  if (decision.action === "finish") {
    return { end: { status: "failed", exitReason: "interrupted", error } };
  }
  const hasWorked = hasWorkedBefore(fleet, job) || (await workedInSession(fleet, job));
  return {
    wait: {
      waitingFor: "retry",
      wakeAt: new Date(decision.wakeAt).toISOString(),
      reason: error.message,
      retries: (job.retries ?? 0) + 1,
      ...nextSession(job, hasWorked),
    },
  };
}

/** Nothing was launched. A runtime of somebody's own may act without launching anything. */
function isUntouched({ options }: Pick<Fleet, "options">, job: JobRecord): boolean {
  return job.launch === undefined && !options.runtimeFactory;
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

function isAbandoned({ node, running }: Fleet, job: JobRecord): boolean {
  if (job.status !== "running" || running.has(job.id)) return false;
  return job.node === undefined || (job.node !== node && !isNodeAlive(job.node));
}
