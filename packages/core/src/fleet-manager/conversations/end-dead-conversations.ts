import { messageOf } from "../../errors.ts";
import { isNodeAlive } from "../../runner/node-identity.ts";
import type { JobRecord } from "../../state/job-record.ts";
import { endAbandoned } from "../control.ts";
import type { Fleet } from "../fleet.ts";

/**
 * Settles the jobs of conversations whose other end died, so that they take up no slot and no session.
 * There is nobody to go on with: whoever opens the conversation again resumes its session.
 */
export async function endDeadConversations(fleet: Fleet): Promise<void> {
  const dead = fleet.store.jobs.live().filter((job) => isDead(fleet, job));
  await Promise.all(
    dead.map(async (job) => {
      try {
        await settle(fleet, job);
      } catch (error) {
        fleet.log.error(`cannot settle job ${job.id}: ${messageOf(error)}`, { jobId: job.id });
      }
    }),
  );
}

async function settle(fleet: Fleet, job: JobRecord): Promise<void> {
  if (job.status !== "running") {
    await fleet.store.jobs.requestCancel(job.id, "interrupted");
    return;
  }
  const message = "the process that held this conversation ended before it did";
  await endAbandoned(fleet, job, ({ cancelCause }) => ({
    end:
      cancelCause === undefined
        ? { status: "failed", exitReason: "interrupted", error: { message } }
        : { status: "cancelled", exitReason: "cancelled", error: { message } },
  }));
}

function isDead({ node, conversations }: Fleet, job: JobRecord): boolean {
  if (!job.conversation || conversations.has(job.id)) return false;
  return job.conversation.node !== node && !isNodeAlive(job.conversation.node);
}
