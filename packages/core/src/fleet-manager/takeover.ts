import { messageOf } from "../errors.ts";
import type { JobRecord } from "../state/job-record.ts";
import { endAbandoned } from "./control.ts";
import type { Fleet } from "./fleet.ts";
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
        const cancelled = job.cancelCause !== undefined;
        await endAbandoned(fleet, job, {
          status: cancelled ? "cancelled" : "failed",
          exitReason: cancelled ? "cancelled" : "interrupted",
          error: { message: "the process that ran this job ended before it did" },
        });
      } catch (error) {
        fleet.log.error(`cannot settle job ${job.id}: ${messageOf(error)}`, { jobId: job.id });
      }
    }),
  );
}

function isAbandoned(job: JobRecord, node: string): boolean {
  if (job.status !== "running") return false;
  return job.node === undefined || (job.node !== node && !isNodeAlive(job.node));
}
