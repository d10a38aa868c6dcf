import { isNodeAlive } from "../../runner/node-identity.ts";
import type { ApprovalRecord } from "../../state/approval-store.ts";
import type { JobRecord } from "../../state/job-record.ts";
import type { Fleet } from "../fleet.ts";

/**
 * The request as it stands while its job is nobody's: a claude that died with its owner hears no answer,
 * and its job ends as interrupted, or goes on without this call.
 */
export function asItStands(
  { store }: Pick<Fleet, "store">,
  approval: ApprovalRecord,
): ApprovalRecord {
  if (approval.status !== "pending") return approval;
  const job = store.jobs.get(approval.jobId);
  return job && isInterrupted(job) ? { ...approval, status: "withdrawn" } : approval;
}

/** Nobody runs it, and its claude needed somebody. */
function isInterrupted({ status, runtime, node }: JobRecord): boolean {
  if (status !== "running" || runtime === "cli") return false;
  return node === undefined || !isNodeAlive(node);
}
