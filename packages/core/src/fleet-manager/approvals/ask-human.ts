import { type AgentTool, agentTool } from "../../runner/bridge/agent-tool.ts";
import type { ApprovalRecord } from "../../state/approval-store.ts";
import type { ToolJob } from "../agent-tools/tool-job.ts";
import { questionInput } from "./new-approval.ts";

/** Asks a person. The hook that waits for the answer lets the call happen when there is one. */
export function askHumanTool(job: ToolJob): AgentTool {
  return agentTool({
    name: "ask_human",
    description:
      "Ask the people who run you a question, and get their answer. It may take minutes or hours; you " +
      "wait without cost. Ask only what you cannot find out yourself, and put everything that they need " +
      "to know into the question. Only the main conversation can ask, one question at a time.",
    input: questionInput,
    call: async (_input, { id }) =>
      answerText(job.fleet.store.approvals.ofCall(job.record().id, id)),
  });
}

function answerText(approval: ApprovalRecord | undefined): string {
  if (approval?.status === "answered") return approval.answer ?? "";
  if (approval?.status === "expired") {
    return "Nobody answered in time. Decide yourself where you safely can; else report what is open.";
  }
  throw new Error("The question reached nobody: Claude Code's hooks are switched off here.");
}
