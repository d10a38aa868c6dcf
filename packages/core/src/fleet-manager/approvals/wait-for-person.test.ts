import { describe, expect, it } from "vitest";
import { plainJob } from "../../../test/plain-job.ts";
import type { Outcome } from "../../runner/outcome.ts";
import type { JobRecord } from "../../state/job-record.ts";
import { afterCall, keepCall } from "./wait-for-person.ts";

const job: JobRecord = { ...plainJob, attempt: 2, sessionId: "session-1" };
const waiting: JobRecord = { ...job, approvalId: "ask-1" };
const failed: Outcome = {
  status: "failed",
  exitReason: "error",
  turns: 0,
  costUsd: 0,
  usage: {},
  permissionDenials: [],
};

describe("an attempt that was to make a call", () => {
  it("is made again where the call's server was not there", () => {
    const error = { message: "not available", code: "TOOL_UNAVAILABLE" };
    expect(afterCall(waiting, { ...failed, error })).toEqual({ approvalId: "ask-1" });
    expect(keepCall(waiting)).toEqual({ approvalId: "ask-1" });
  });

  it("is followed by one that goes on, and does not make the call again", () => {
    const session = { mode: "resume", from: "session-1" };
    expect(afterCall(waiting, failed)).toEqual({ session, continuation: expect.any(String) });
    expect(afterCall(waiting, { ...failed, sessionId: "session-2" })).toMatchObject({
      session: { from: "session-2" },
    });
  });

  it("is none where nothing waited", () => {
    expect(afterCall(job, failed)).toBeUndefined();
    expect(keepCall(job)).toEqual({});
  });
});
