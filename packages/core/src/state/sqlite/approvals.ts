import type { Clock } from "../../clock.ts";
import type { ApprovalStore } from "../approval-store.ts";
import { listApprovals, readApproval, readCall, repeat, request, settle } from "./approval-rows.ts";
import { type Connection, textOf } from "./connection.ts";
import { answerApproval } from "./job-commands.ts";
import type { WriteQueue } from "./write-queue.ts";

/** Requests to a person: reads at once, commands in the next group commit. */
export function createApprovalStore(
  connection: Connection,
  queue: WriteQueue,
  clock: Clock,
): ApprovalStore {
  const now = (): string => new Date(clock.now()).toISOString();
  return {
    get: (id) => readApproval(connection, id),
    ofCall: (jobId, toolUseId) => readCall(connection, jobId, toolUseId),
    idsWithPrefix: (prefix, limit) =>
      connection
        // No character of an id sorts after "~".
        .all(
          "SELECT id FROM approvals WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
          prefix,
          `${prefix}~`,
          limit,
        )
        .map((row) => textOf(row, "id")),
    list: (filter = {}) => listApprovals(connection, filter),
    request: (hold, approval) => queue.write(() => request(connection, hold, approval)),
    repeat: (hold, id, toolUseId) => queue.write(() => repeat(connection, hold, { id, toolUseId })),
    expire: (id) =>
      queue.write(() => settle(connection, id, { status: "expired", answeredAt: now() })),
    answer: (id, answer) =>
      queue.write(() => answerApproval(connection, id, { ...answer, answeredAt: now() })),
  };
}
