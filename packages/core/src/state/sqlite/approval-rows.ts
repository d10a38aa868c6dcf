import type {
  ApprovalAnswer,
  ApprovalFilter,
  ApprovalRecord,
  NewApproval,
} from "../approval-store.ts";
import type { JobHold } from "../store.ts";
import { type Connection, type Row, textOf } from "./connection.ts";
import { readHeld } from "./job-rows.ts";

export const approvalsSchema: string = `
CREATE TABLE approvals (
  id TEXT PRIMARY KEY,
  job_id TEXT NOT NULL,
  call_id TEXT NOT NULL,
  agent TEXT NOT NULL,
  status TEXT NOT NULL,
  doc TEXT NOT NULL,
  UNIQUE (job_id, call_id)
);
CREATE INDEX approvals_pending ON approvals (status) WHERE status = 'pending';
CREATE TRIGGER approvals_prune AFTER DELETE ON jobs BEGIN
  DELETE FROM approvals WHERE job_id = old.id;
END;`;

/** The request with this id. */
export function readApproval(connection: Connection, id: string): ApprovalRecord | undefined {
  const row = connection.get("SELECT doc FROM approvals WHERE id = ?", id);
  return row && toApproval(row);
}

/** The request of one tool call. */
export function readCall(
  connection: Connection,
  jobId: string,
  toolUseId: string,
): ApprovalRecord | undefined {
  const row = connection.get(
    "SELECT doc FROM approvals WHERE job_id = ? AND call_id = ?",
    jobId,
    toolUseId,
  );
  return row && toApproval(row);
}

/** Requests that match, oldest first. */
export function listApprovals(
  connection: Connection,
  { status, agentName, jobId, limit = Infinity }: ApprovalFilter,
): readonly ApprovalRecord[] {
  // Said as a literal, so that its index serves.
  const pending = status === "pending" ? "AND status = 'pending'" : "";
  return connection
    .all(
      `SELECT doc FROM approvals WHERE (?1 IS NULL OR status = ?1) AND (?2 IS NULL OR agent = ?2)
       AND (?3 IS NULL OR job_id = ?3) ${pending} ORDER BY id DESC LIMIT ?4`,
      status ?? null,
      agentName ?? null,
      jobId ?? null,
      // SQLite: a negative limit is none.
      Number.isFinite(limit) ? limit : -1,
    )
    .map(toApproval)
    .toReversed();
}

/** Stores a request, unless its call has one. */
export function request(
  connection: Connection,
  hold: JobHold,
  approval: NewApproval,
): boolean | undefined {
  if (!readHeld(connection, hold)) return undefined;
  const added = connection.run(
    "INSERT INTO approvals VALUES (?, ?, ?, ?, 'pending', ?) ON CONFLICT (job_id, call_id) DO NOTHING",
    approval.id,
    hold.id,
    approval.toolUseId,
    approval.agentName,
    JSON.stringify({ ...approval, status: "pending" } satisfies ApprovalRecord),
  );
  return added > 0;
}

/** The call of a request is made again under another id. */
export function repeat(
  connection: Connection,
  hold: JobHold,
  { id, toolUseId }: Pick<ApprovalRecord, "id" | "toolUseId">,
): boolean {
  const approval = readHeld(connection, hold) && readApproval(connection, id);
  if (!approval) return false;
  replace(connection, { ...approval, toolUseId });
  return true;
}

/** pending → answered or expired; `false`: it is not pending. */
export function settle(
  connection: Connection,
  id: string,
  end: (ApprovalAnswer | { readonly status: "expired" }) & { readonly answeredAt: string },
): boolean {
  const approval = readApproval(connection, id);
  if (approval?.status !== "pending") return false;
  replace(connection, { ...approval, ...end });
  return true;
}

/** What a job does not wait for any more is nobody's to answer. */
export function withdraw(connection: Connection, jobId: string, except?: string): void {
  for (const approval of listApprovals(connection, { status: "pending", jobId })) {
    if (approval.id !== except) replace(connection, { ...approval, status: "withdrawn" });
  }
}

function replace(connection: Connection, approval: ApprovalRecord): void {
  connection.run(
    "UPDATE approvals SET call_id = ?, status = ?, doc = ? WHERE id = ?",
    approval.toolUseId,
    approval.status,
    JSON.stringify(approval),
    approval.id,
  );
}

function toApproval(row: Row): ApprovalRecord {
  return JSON.parse(textOf(row, "doc"));
}
