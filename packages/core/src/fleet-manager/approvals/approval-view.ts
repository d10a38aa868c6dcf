import type { Redactor } from "../../redact.ts";
import type { ApprovalRecord } from "../../state/approval-store.ts";
import { resolveJobId } from "../control.ts";
import { type Fleet, findAgent } from "../fleet.ts";
import type { Approval, ApprovalFilter } from "./approval-types.ts";
import { asItStands } from "./as-it-stands.ts";

const most = 1_000;

/** Requests that match, oldest first. */
export function getApprovals(
  fleet: Fleet,
  { agentName, jobId, status, limit = most }: ApprovalFilter,
): readonly Approval[] {
  const approvals = fleet.store.approvals.list({
    // Among the withdrawn are some of which the store does not know it yet.
    ...(status !== undefined && status !== "withdrawn" && { status }),
    ...(status !== "withdrawn" && { limit }),
    ...(agentName !== undefined && {
      agentName: findAgent(fleet.config, agentName).qualifiedName,
    }),
    ...(jobId !== undefined && { jobId: resolveJobId(fleet, jobId) }),
  });
  return approvals
    .map((approval) => asItStands(fleet, approval))
    .filter((approval) => status === undefined || approval.status === status)
    .slice(-limit)
    .map((approval) => toApproval(approval, fleet.redactor));
}

/** The request as callers see it: `Date`s instead of ISO strings, secrets masked. */
export function toApproval(record: ApprovalRecord, redactor: Redactor): Approval {
  const { createdAt, expiresAt, answeredAt, ...rest } = redactor.value(record);
  return {
    ...rest,
    createdAt: new Date(createdAt),
    expiresAt: new Date(expiresAt),
    ...(answeredAt !== undefined && { answeredAt: new Date(answeredAt) }),
  };
}
