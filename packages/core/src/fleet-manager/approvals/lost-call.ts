import { existsSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import {
  approvalFolders,
  type CallRequest,
  verdictFile,
} from "../../runner/approvals/approval-files.ts";
import type { ApprovalRecord } from "../../state/approval-store.ts";
import type { JobRecord } from "../../state/job-record.ts";
import type { Parking } from "../end-attempt.ts";
import type { Fleet } from "../fleet.ts";
import { waitFor } from "./wait-for-person.ts";

/**
 * The wait of a job whose claude died with its owner while it was held for a person. `undefined`: it
 * was not, or its call may have been made, or has been lost once before.
 */
export function waitAfterDeath(
  { store, state }: Pick<Fleet, "store" | "state">,
  job: JobRecord,
): Parking | undefined {
  const isWanted = job.cancelCause === undefined && !job.conversation;
  if (job.sessionId === undefined || !isWanted) return undefined;
  const folders = approvalFolders(state.stateDir, job.id);
  const held = store.approvals
    .list({ jobId: job.id })
    .find(
      ({ id, status, toolUseId }) =>
        id !== job.lostCall &&
        status !== "withdrawn" &&
        !existsSync(verdictFile(folders, toolUseId)),
    );
  return held && { ...waitFor(held, job.sessionId), lostCall: held.id };
}

/** The request whose call Claude must make again, as its session has none that could be carried out. */
export function lostCallOf(
  { store }: Pick<Fleet, "store">,
  { approvalId, lostCall }: JobRecord,
): ApprovalRecord | undefined {
  if (approvalId === undefined || approvalId !== lostCall) return undefined;
  return store.approvals.get(approvalId);
}

/** What Claude is asked where a person has decided about a call: nothing, unless the call was lost. */
export function askAgain(fleet: Pick<Fleet, "store">, record: JobRecord): string | undefined {
  const lost = lostCallOf(fleet, record);
  if (!lost) return undefined;
  return (
    `Your call of ${lost.toolName} waited for a person when herdctl was interrupted. It has not been ` +
    "made, whatever its result says. The person's decision is here now: make this call once more, " +
    "with exactly the same input, to get it. Then go on."
  );
}

/** Tells whether this is that call. Secrets in the request are masked: so they must be in the call. */
export function isRepeated(lost: ApprovalRecord, call: CallRequest): boolean {
  return lost.toolName === call.toolName && isDeepStrictEqual(lost.input, call.input);
}
