import type { Approval } from "@herdctl/core";
import { z } from "zod";
import { answer, date, oneOf } from "./schema.ts";

export const approvalStatus: z.ZodType<Approval["status"]> = oneOf<Approval["status"]>({
  pending: true,
  allowed: true,
  denied: true,
  answered: true,
  expired: true,
  withdrawn: true,
});

export const approvalDecision: z.ZodType<"allow" | "deny"> = oneOf<"allow" | "deny">({
  allow: true,
  deny: true,
});

/** A tool call that waits for a person, or did. */
export const approval: z.ZodType<Approval> = answer<Approval>({
  id: z.string(),
  jobId: z.string(),
  agentName: z.string(),
  kind: oneOf<Approval["kind"]>({ approval: true, question: true }),
  status: approvalStatus,
  toolUseId: z.string(),
  toolName: z.string(),
  input: z.unknown(),
  question: z.string().optional(),
  options: z.array(z.string()).optional(),
  createdAt: date,
  expiresAt: date,
  default: approvalDecision.optional(),
  answer: z.string().optional(),
  reason: z.string().optional(),
  answeredBy: z.string().optional(),
  answeredAt: date.optional(),
});
