import { expect, test } from "vitest";
import type { ApprovalRecord } from "../../state/approval-store.ts";
import { toVerdict } from "./verdict.ts";

const approval: ApprovalRecord = {
  id: "ask-1",
  jobId: "job-1",
  agentName: "a",
  kind: "approval",
  status: "pending",
  toolUseId: "toolu_1",
  toolName: "Bash",
  input: {},
  createdAt: "2026-03-01T12:00:00.000Z",
  expiresAt: "2026-03-01T13:00:00.000Z",
  default: "deny",
};
const late = "Nobody has decided about this call in time.";

const none = undefined;

test.each<readonly [string, Partial<ApprovalRecord>, string | undefined, string | undefined]>([
  ["waits", {}, none, none],
  ["is nobody's any more", { status: "withdrawn" }, none, none],
  ["is allowed", { status: "allowed" }, "allow", none],
  ["is allowed with a word", { status: "allowed", reason: "Ok." }, "allow", "says: Ok."],
  ["is denied", { status: "denied" }, "deny", "A person denied this."],
  ["is denied with a reason", { status: "denied", reason: "No." }, "deny", "They say: No."],
  ["has expired", { status: "expired" }, "deny", late],
  ["has expired into a yes", { status: "expired", default: "allow" }, "allow", none],
  ["is an answered question", { kind: "question", status: "answered" }, "allow", none],
  ["is an expired question", { kind: "question", status: "expired" }, "allow", none],
  ["is a declined question", { kind: "question", status: "denied" }, "deny", "declined to answer"],
])("the verdict on a call that %s", (_, fields, decision, words) => {
  const output = toVerdict({ ...approval, ...fields })?.hookSpecificOutput;
  expect(output?.permissionDecision).toBe(decision);
  const said = output?.permissionDecisionReason ?? output?.additionalContext;
  if (words === undefined) expect(said).toBeUndefined();
  else expect(said).toContain(words);
});
