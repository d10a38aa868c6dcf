import { isNodeAlive } from "../../runner/node-identity.ts";
import type { ApprovalRecord } from "../../state/approval-store.ts";
import type { JobRecord } from "../../state/job-record.ts";
import type { Fleet } from "../fleet.ts";
import { waitAfterDeath } from "./lost-call.ts";

/**
 * The request as it stands while its job is nobody's: what the job will not wait for once it is taken
 * over is nobody's to answer.
 */
export function asItStands(
  fleet: Pick<Fleet, "store" | "state">,
  approval: ApprovalRecord,
): ApprovalRecord {
  if (approval.status !== "pending") return approval;
  const job = fleet.store.jobs.get(approval.jobId);
  if (!job || !isInterrupted(job)) return approval;
  const isKept = waitAfterDeath(fleet, job)?.approvalId === approval.id;
  return isKept ? approval : { ...approval, status: "withdrawn" };
}

/** Nobody runs it, and its claude needed somebody. */
function isInterrupted({ status, runtime, node }: JobRecord): boolean {
  if (status !== "running" || runtime === "cli") return false;
  return node === undefined || !isNodeAlive(node);
}
