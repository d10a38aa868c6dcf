import type { ToolCallRecord, ToolCallStore } from "../tool-call-store.ts";
import type { JobHold } from "../store.ts";
import { type Connection, textOf } from "./connection.ts";
import { readHeld } from "./job-rows.ts";
import type { WriteQueue } from "./write-queue.ts";

export const toolCallsSchema: string = `
CREATE TABLE tool_calls (
  job_id TEXT NOT NULL,
  call_id TEXT NOT NULL,
  new_job_id TEXT NOT NULL,
  answer TEXT,
  PRIMARY KEY (job_id, call_id)
) WITHOUT ROWID;
CREATE TRIGGER tool_calls_end AFTER UPDATE OF status ON jobs
WHEN new.status IN ('completed', 'failed', 'cancelled') AND old.status <> new.status BEGIN
  DELETE FROM tool_calls WHERE job_id = new.id;
END;`;

/** Tool calls that are done once. */
export function createToolCallStore(connection: Connection, queue: WriteQueue): ToolCallStore {
  return {
    begin: (hold, callId, newJobId) =>
      queue.write(() => begin(connection, hold, { callId, newJobId })),
    end: (hold, callId, answer) =>
      queue.write(() => {
        connection.run(
          "UPDATE tool_calls SET answer = ? WHERE job_id = ? AND call_id = ?",
          answer,
          hold.id,
          callId,
        );
      }),
  };
}

function begin(
  connection: Connection,
  hold: JobHold,
  { callId, newJobId }: { readonly callId: string; readonly newJobId: string },
): ToolCallRecord | undefined {
  if (!readHeld(connection, hold)) return undefined;
  const known = connection.get(
    "SELECT new_job_id, answer FROM tool_calls WHERE job_id = ? AND call_id = ?",
    hold.id,
    callId,
  );
  if (!known) {
    connection.run("INSERT INTO tool_calls VALUES (?, ?, ?, NULL)", hold.id, callId, newJobId);
    return { newJobId };
  }
  return {
    newJobId: textOf(known, "new_job_id"),
    ...(known["answer"] !== null && { answer: textOf(known, "answer") }),
  };
}
