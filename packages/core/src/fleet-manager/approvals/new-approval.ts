import { z } from "zod";
import type { ResolvedAgent } from "../../config/resolved.ts";
import { createApprovalId } from "../../ids.ts";
import type { CallRequest } from "../../runner/approvals/approval-files.ts";
import { askHumanToolName } from "../../runner/approvals/approval-settings.ts";
import type { NewApproval } from "../../state/approval-store.ts";
import type { JobRecord } from "../../state/job-record.ts";
import type { Fleet } from "../fleet.ts";

/** Milliseconds that a request stays open, where the agent does not say. */
export const defaultExpires = 86_400_000;

/** What the tool takes that asks a person. */
export const questionInput: {
  readonly question: z.ZodString;
  readonly options: z.ZodOptional<z.ZodArray<z.ZodString>>;
} = {
  question: z.string().min(1).max(10_000),
  options: z
    .array(z.string().min(1).max(200))
    .max(10)
    .optional()
    .describe("Answers to choose from; people may answer something else."),
};

/**
 * The request to a person about one tool call; known secrets in its input are masked. `undefined`: it
 * is to be a question and is none, which its tool says better.
 */
export function newApproval(
  fleet: Pick<Fleet, "clock" | "redactor">,
  { record, agent }: { readonly record: JobRecord; readonly agent: ResolvedAgent },
  call: CallRequest,
): NewApproval | undefined {
  const now = fleet.clock.now();
  const { toolUseId, toolName, input } = fleet.redactor.value(call);
  const isQuestion = toolName === askHumanToolName;
  const asked = isQuestion ? z.object(questionInput).safeParse(input).data : undefined;
  if (isQuestion && !asked) return undefined;
  return {
    id: createApprovalId(now),
    jobId: record.id,
    agentName: record.agentName,
    toolUseId,
    toolName,
    input,
    createdAt: new Date(now).toISOString(),
    expiresAt: new Date(now + (agent.approvals?.expires ?? defaultExpires)).toISOString(),
    ...(asked
      ? {
          kind: "question",
          question: asked.question,
          ...(asked.options && { options: asked.options }),
        }
      : { kind: "approval", default: agent.approvals?.default ?? "deny" }),
  };
}
