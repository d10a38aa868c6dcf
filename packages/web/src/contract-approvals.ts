import type { ApprovalFilter } from "@herdctl/core";
import { z } from "zod";
import { none } from "./contract-nothing.ts";
import type {
  AnswerBody,
  ApprovalParams,
  Nothing,
  Operations,
  RequestParts,
} from "./contract-types.ts";
import { approval, approvalDecision, approvalStatus } from "./wire/approval.ts";
import { answer, name, pageShape, request } from "./wire/schema.ts";

const by = name.optional();

const answerBody: z.ZodType<AnswerBody> = z.union([
  request<Extract<AnswerBody, { decision: unknown }>>({
    decision: approvalDecision,
    reason: z.string().optional(),
    by,
  }),
  request<Extract<AnswerBody, { answer: unknown }>>({ answer: name, by }),
]);

/** The part of the HTTP API that is about tool calls which wait for a person. */
export const approvalOperations: Pick<Operations, "getApprovals" | "answerApproval"> = {
  getApprovals: {
    method: "GET",
    path: "/api/approvals",
    status: 200,
    input: request<RequestParts<Nothing, ApprovalFilter>>({
      ...none,
      query: request<ApprovalFilter>({
        status: approvalStatus.optional(),
        agentName: name.optional(),
        jobId: name.optional(),
        limit: pageShape.limit,
      }),
    }),
    output: answer({ approvals: z.array(approval) }),
  },
  answerApproval: {
    method: "POST",
    path: "/api/approvals/:approvalId/answer",
    status: 200,
    input: request<RequestParts<ApprovalParams, Nothing, AnswerBody>>({
      ...none,
      params: request<ApprovalParams>({ approvalId: name }),
      body: answerBody,
    }),
    output: approval,
  },
};
