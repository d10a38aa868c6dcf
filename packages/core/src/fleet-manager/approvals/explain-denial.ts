import type { Outcome } from "../../runner/outcome.ts";
import type { ApprovalRecord } from "../../state/approval-store.ts";
import type { JobRecord } from "../../state/job-record.ts";
import type { Fleet } from "../fleet.ts";

/** The outcome of a job that was refused something, in words that say who refused it. */
export function explainDenial(
  { store }: Pick<Fleet, "store">,
  { id }: JobRecord,
  outcome: Outcome,
): Outcome {
  if (outcome.exitReason !== "denied") return outcome;
  const refused = outcome.permissionDenials.flatMap(
    ({ toolUseId }) => store.approvals.ofCall(id, toolUseId) ?? [],
  );
  const last = refused.at(-1);
  if (!last) return outcome;
  return { ...outcome, error: { message: `${describe(last)}, and no tool succeeded afterwards.` } };
}

function describe({ id, toolName, status, reason }: ApprovalRecord): string {
  if (status === "expired") return `Nobody decided about ${toolName} in time (${id})`;
  return `A person denied ${toolName} (${id}${reason === undefined ? "" : `: ${reason}`})`;
}
