import type { Approval, ApprovalReply } from "@herdctl/core";
import { FleetManagerError } from "@herdctl/core";
import { z } from "zod";
import { approvalDecision, approvalStatus } from "../../wire/approval.ts";
import { agentName, instant } from "../fields.ts";
import { type FleetTool, fleetTool } from "../fleet-tool.ts";

const approvalShape = z.object({
  id: z.string(),
  kind: z
    .enum(["approval", "question"])
    .describe("An approval gets a decision, a question an answer."),
  status: approvalStatus,
  job: z.string(),
  agent: z.string(),
  tool: z.string().describe("The tool that the agent wants to call."),
  input: z.unknown().describe("With this input, whole."),
  question: z.string().optional(),
  options: z.array(z.string()).optional(),
  createdAt: instant,
  expiresAt: instant,
});

export const listApprovals: FleetTool = fleetTool({
  name: "list_approvals",
  title: "List what waits for a person",
  description:
    "Lists tool calls of agents that wait for a yes or no, and questions that wait for an answer, oldest " +
    "first.",
  effect: "reads",
  input: z.strictObject({ agent: agentName.optional() }),
  output: z.object({ approvals: z.array(approvalShape) }),
  run: async ({ fleet }, { agent }) => ({
    approvals: (
      await fleet.getApprovals({
        status: "pending",
        ...(agent !== undefined && { agentName: agent }),
      })
    ).map(toShape),
  }),
});

export const answerApproval: FleetTool = fleetTool({
  name: "answer_approval",
  title: "Answer what waits for a person",
  description:
    "Answers an entry of list_approvals: an approval with `decision`, a question with `answer`. The " +
    "operator of the fleet wanted a person to decide this: ask your user and pass on what they say, never " +
    "decide by yourself.",
  effect: "ends",
  input: z.strictObject({
    approval: z.string().min(1).describe("Id of the entry, or a unique start of it."),
    decision: approvalDecision.optional().describe("For an approval."),
    reason: z.string().max(10_000).optional().describe("Told to the agent with the decision."),
    answer: z.string().min(1).max(100_000).optional().describe("For a question."),
  }),
  output: approvalShape,
  run: async ({ fleet }, { approval, ...given }) =>
    toShape(await fleet.answerApproval(approval, toReply(given), { by: "mcp" })),
});

interface Given {
  readonly decision?: "allow" | "deny" | undefined;
  readonly reason?: string | undefined;
  readonly answer?: string | undefined;
}

function toReply({ decision, reason, answer }: Given): ApprovalReply {
  if (decision !== undefined && answer === undefined) {
    return { decision, ...(reason !== undefined && { reason }) };
  }
  if (answer !== undefined && decision === undefined) return { answer };
  throw new FleetManagerError("Give either `decision` or `answer`.", { code: "INVALID_REQUEST" });
}

function toShape(approval: Approval): z.output<typeof approvalShape> {
  const { id, kind, status, jobId, agentName: agent, toolName, input } = approval;
  const { question, options } = approval;
  return {
    id,
    kind,
    status,
    job: jobId,
    agent,
    tool: toolName,
    input,
    ...(question !== undefined && { question }),
    ...(options && { options: [...options] }),
    createdAt: approval.createdAt.toISOString(),
    expiresAt: approval.expiresAt.toISOString(),
  };
}
