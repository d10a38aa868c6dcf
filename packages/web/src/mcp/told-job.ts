import type { Job, JobStatus, TriggerType, WaitReason } from "@herdctl/core";
import { z } from "zod";
import { jobStatus, triggerType, waitReason } from "../wire/job.ts";
import { answer, type Shape } from "../wire/schema.ts";
import { instant } from "./fields.ts";
import { shorten } from "./shorten.ts";

/** A job as a model gets it: what it needs to go on, and no more. */
export interface ToldJob {
  readonly id: string;
  readonly agent: string;
  readonly status: JobStatus;
  readonly outcome?: string;
  readonly trigger: TriggerType;
  readonly schedule?: string;
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly completedAt?: string;
  readonly answer?: string;
  readonly error?: string;
  readonly costUsd?: number;
  readonly turns?: number;
  readonly waitingFor?: WaitReason;
  readonly approvalId?: string;
}

/** Schemas of its fields. */
export const jobFields: Shape<ToldJob> = {
  id: z.string().describe("Names the job in other tools."),
  agent: z.string(),
  status: jobStatus.describe("completed, failed and cancelled are final."),
  outcome: z.string().optional().describe("Once it is over: success, or why it was none."),
  trigger: triggerType.describe("What asked for it."),
  schedule: z.string().optional(),
  createdAt: instant,
  startedAt: instant.optional(),
  completedAt: instant.optional(),
  answer: z
    .string()
    .optional()
    .describe("The agent's final answer; where it ends with …, read_output has the rest."),
  error: z.string().optional().describe("What went wrong."),
  costUsd: z.number().optional(),
  turns: z.number().optional(),
  waitingFor: waitReason
    .optional()
    .describe("approval and question wait for a person: see list_approvals."),
  approvalId: z.string().optional(),
};

/** See {@link ToldJob}. */
export const jobShape: z.ZodType<ToldJob> = answer(jobFields);

/** See {@link ToldJob}; with texts of at most this many characters. */
export function toToldJob(job: Job, longest?: number): ToldJob {
  const { id, agentName, status, trigger, scheduleName, result } = job;
  const { exitReason, error, waitingFor, approvalId } = job;
  return {
    id,
    agent: agentName,
    status,
    trigger,
    createdAt: job.createdAt.toISOString(),
    ...(exitReason !== undefined && { outcome: exitReason }),
    ...(scheduleName !== undefined && { schedule: scheduleName }),
    ...(job.startedAt && { startedAt: job.startedAt.toISOString() }),
    ...(job.completedAt && { completedAt: job.completedAt.toISOString() }),
    ...(result?.summary !== undefined && { answer: shorten(result.summary, longest) }),
    ...(error && { error: shorten(error.message, longest) }),
    ...(result && { costUsd: result.costUsd, turns: result.turns }),
    ...(waitingFor !== undefined && { waitingFor }),
    ...(approvalId !== undefined && { approvalId }),
  };
}
