import { FleetManagerError } from "../../errors.ts";
import type { ApprovalAnswer, ApprovalRecord } from "../../state/approval-store.ts";
import { ApprovalNotFoundError, InvalidStateError } from "../errors.ts";
import type { Fleet } from "../fleet.ts";
import type { ApprovalReply } from "./approval-types.ts";
import { asItStands } from "./as-it-stands.ts";

/**
 * Keeps a person's answer; the job goes on by itself, at once where it still runs.
 *
 * @throws ApprovalNotFoundError; InvalidStateError when it is not open any more; `INVALID_REQUEST`
 * when the answer does not fit
 */
export async function answerApproval(
  fleet: Fleet,
  id: string,
  { reply, by }: { readonly reply: ApprovalReply; readonly by: string | undefined },
): Promise<ApprovalRecord> {
  const approval = findApproval(fleet, id);
  const answer = toAnswer(approval, reply);
  const stands = asItStands(fleet, approval).status;
  if (stands !== approval.status) {
    const operation = `answer ${approval.id}, whose job was interrupted`;
    throw new InvalidStateError(operation, stands, '"pending"');
  }
  const isKept = await fleet.store.approvals.answer(approval.id, {
    ...fleet.redactor.value(answer),
    ...(by !== undefined && { answeredBy: by }),
  });
  const { status, ...now } = fleet.store.approvals.get(approval.id) ?? approval;
  if (!isKept) throw new InvalidStateError(`answer ${approval.id}`, status, '"pending"');
  fleet.watch.notify();
  return { ...now, status };
}

/** Finds a request by id or unique prefix, with or without `ask-`. */
function findApproval({ store }: Pick<Fleet, "store">, id: string): ApprovalRecord {
  const text = id.toLowerCase();
  const prefix = text.startsWith("ask-") ? text : `ask-${text}`;
  const exact = store.approvals.get(prefix);
  if (exact) return exact;
  const ids = text === "" ? [] : store.approvals.idsWithPrefix(prefix, 4);
  const [only] = ids;
  const found = only !== undefined && ids.length === 1 ? store.approvals.get(only) : undefined;
  if (found) return found;
  throw new ApprovalNotFoundError(id, ids);
}

function toAnswer({ id, kind }: ApprovalRecord, reply: ApprovalReply): ApprovalAnswer {
  if ("answer" in reply) {
    if (kind !== "question") throw unfit(`${id} is no question: allow or deny it.`, id);
    if (reply.answer.trim() === "") throw unfit(`The answer to ${id} is empty.`, id);
    return { status: "answered", answer: reply.answer };
  }
  const { decision, reason } = reply;
  const told = reason === undefined || reason === "" ? {} : { reason };
  if (decision === "deny") return { status: "denied", ...told };
  if (kind === "approval") return { status: "allowed", ...told };
  throw unfit(`${id} is a question: answer it with a text, or deny it.`, id);
}

function unfit(message: string, approvalId: string): FleetManagerError {
  return new FleetManagerError(message, { code: "INVALID_REQUEST", context: { approvalId } });
}
