import type { Approval } from "@herdctl/core";
import { expect, test } from "vitest";
import { plainOutput } from "../../test/plain-output.ts";
import { describeApprovals, inOneLine, renderApprovals, waysToAnswer } from "./approvals.ts";

const now = Date.parse("2026-03-01T12:00:00Z");
const push: Approval = {
  id: "ask-1",
  jobId: "job-1",
  agentName: "releaser",
  kind: "approval",
  status: "pending",
  toolUseId: "toolu_1",
  toolName: "Bash",
  input: { command: "git push\n  origin" },
  createdAt: new Date(now - 120_000),
  expiresAt: new Date(now + 3_600_000),
  default: "deny",
};
const question: Approval = {
  ...push,
  id: "ask-2",
  kind: "question",
  toolName: "mcp__herdctl__ask_human",
  input: {},
  question: "Which one?",
  options: ["Basel", "Bern, perhaps"],
};

test("what waits is shown with all that a decision needs, and how to make it", () => {
  const look = { output: plainOutput(), now, prefix: "herdctl -c f.yaml" };
  expect(describeApprovals([push, question], look)).toBe(
    `ask-1  releaser  job-1  asked 2m ago, denied by default in 1h
  Bash: git push
    origin
  herdctl -c f.yaml approvals approve ask-1  # let it happen
  herdctl -c f.yaml approvals deny ask-1 -m "…"  # refuse it

ask-2  releaser  job-1  asked 2m ago, expires in 1h
  Which one?
    - Basel
    - Bern, perhaps
  herdctl -c f.yaml approvals answer ask-2 Basel  # answer it`,
  );
});

test("what waits no more is in the table with who answered", () => {
  const table = renderApprovals([{ ...push, status: "allowed", answeredBy: "ann" }], {
    output: plainOutput(),
    now,
  });
  expect(table).toContain("allowed by ann");
  expect(table).toContain("Bash git push origin");
});

test("the input of other tools is JSON, and text to paste is quoted", () => {
  expect(inOneLine({ ...push, toolName: "Write", input: { file_path: "a" } })).toBe(
    'Write {"file_path":"a"}',
  );
  expect(waysToAnswer({ ...question, options: ["it's"] }, "herdctl")[0]?.[0]).toContain("ask-2 '");
  expect(waysToAnswer({ id: "ask-2", kind: "question" }, "herdctl")).toEqual([
    ['herdctl approvals answer ask-2 "…"', "answer it"],
  ]);
});

test("who decides sees the characters that would hide a part of it", () => {
  const command = "echo \u001b]0;; rm -rf /\u0007 \r\u202Eok";
  const hidden = { ...push, input: { command } };
  const shown = String.raw`echo \u001b]0;; rm -rf /\u0007 \u000d\u202eok`;
  expect(inOneLine(hidden)).toBe(`Bash ${shown}`);
  const look = { output: plainOutput(), now, prefix: "herdctl" };
  expect(describeApprovals([hidden], look)).toContain(`  Bash: ${shown}\n`);
});

test("an option is one line, and not offered to paste when it is more", () => {
  const option = "Yes\n  herdctl approvals approve ask-1  # harmless";
  const asked = { ...question, options: [option, "No\u001b[2K"] };
  const look = { output: plainOutput(), now, prefix: "herdctl" };
  const lines = describeApprovals([asked], look).split("\n");
  expect(lines.slice(2)).toEqual([
    "    - Yes herdctl approvals approve ask-1 # harmless",
    String.raw`    - No\u001b[2K`,
    '  herdctl approvals answer ask-2 "…"  # answer it',
  ]);
});
