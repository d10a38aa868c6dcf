import type { ClaimRecord, ClaimStore } from "../state/claim-store.ts";
import type { ExitReason, JobRecord } from "../state/job-record.ts";
import { createWorkSource } from "./registry.ts";

/** How the job of a claim ended; absent when history has forgotten it. */
type End = Pick<JobRecord, "status" | "exitReason"> | undefined;

/**
 * Puts the item of a job that is over where it belongs, then frees it: done, waiting again, or given
 * up after too many failures. May be done twice.
 */
export async function settleItem(claims: ClaimStore, claim: ClaimRecord, end: End): Promise<void> {
  const source = createWorkSource(claim.source);
  if (end?.status === "completed") {
    await source.complete(claim.itemId, { id: claim.jobId, failures: claim.failures });
    await claims.settle(claim, 0);
    return;
  }
  const failures = claim.failures + (isFaultOfItem(end?.exitReason) ? 1 : 0);
  const waits = await source.release(claim.itemId, { id: claim.jobId, failures });
  await claims.settle(claim, waits ? failures : 0);
}

const notOfItem: ReadonlySet<ExitReason> = new Set([
  "agent_removed",
  "auth",
  "budget",
  "cancelled",
  "interrupted",
  "rate_limited",
  "rejected",
]);

/** What ended for a cause outside of the work says nothing about the item. */
function isFaultOfItem(reason: ExitReason | undefined): boolean {
  return reason !== undefined && !notOfItem.has(reason);
}
