import { expect, test } from "vitest";
import { operationAt } from "./operation-at.ts";

test.each([
  ["POST", "/api/jobs/latest/cancel", { operation: "cancelJob", jobId: "latest" }],
  ["POST", "/api/agents/a%20b.c/trigger", { operation: "trigger", agentName: "a b.c" }],
  ["POST", "/api/agents/%zz/trigger", { operation: "trigger", agentName: "%zz" }],
  [
    "POST",
    "/api/agents/a/schedules/nightly/disable",
    { operation: "disableSchedule", agentName: "a", scheduleName: "nightly" },
  ],
  ["POST", "/api/approvals/ask-1/answer", { operation: "answerApproval", approvalId: "ask-1" }],
  ["POST", "/api/pause", { operation: "pause" }],
  ["DELETE", "/api/jobs/latest/cancel", undefined],
  ["POST", "/api/jobs/a/b/cancel", undefined],
  ["POST", "/somewhere", undefined],
])("%s %s asks for %j", (method, path, asked) => {
  expect(operationAt(method, path)).toEqual(asked);
});
