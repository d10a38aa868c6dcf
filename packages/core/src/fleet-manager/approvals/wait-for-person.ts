import { type Outcome, toolUnavailable } from "../../runner/outcome.ts";
import type { ApprovalRecord } from "../../state/approval-store.ts";
import type { JobRecord } from "../../state/job-record.ts";
import type { Parking } from "../end-attempt.ts";
import type { Fleet } from "../fleet.ts";
import { nextSession } from "../next-session.ts";

/**
 * The wait of a job whose claude has put a tool call off: until a person answers, or the request
 * expires. `undefined`: it has not, or for a hook that is not ours.
 */
export function waitForPerson(
  { store }: Pick<Fleet, "store">,
  record: JobRecord,
  { putOff, sessionId }: Outcome,
): Parking | undefined {
  if (putOff === undefined || sessionId === undefined) return undefined;
  const approval = store.approvals.ofCall(record.id, putOff);
  if (!approval) return undefined;
  return waitFor(approval, sessionId);
}

/** The wait for the answer to a request, after which this session goes on. */
export function waitFor(approval: ApprovalRecord, sessionId: string): Parking {
  return {
    waitingFor: approval.kind,
    wakeAt: approval.expiresAt,
    reason: describe(approval),
    approvalId: approval.id,
    session: { mode: "resume", from: sessionId },
  };
}

/** What of a wait stays when the call that was put off has not been carried out yet. */
export function keepCall({ approvalId }: JobRecord): Pick<JobRecord, "approvalId"> {
  return approvalId === undefined ? {} : { approvalId };
}

/**
 * How a job goes on whose attempt was to make such a call and failed for a while: it is made when its
 * server was not there; else it was made, and what follows is not asked for again.
 */
export function afterCall(
  record: JobRecord,
  { error, sessionId = record.sessionId }: Outcome,
): Pick<JobRecord, "approvalId" | "session" | "continuation"> | undefined {
  if (record.approvalId === undefined) return undefined;
  return error?.code === toolUnavailable ? keepCall(record) : nextSession(record, true, sessionId);
}

function describe({ id, toolName, question }: ApprovalRecord): string {
  return question === undefined ? `${id}: may it call ${toolName}?` : `${id}: ${question}`;
}
