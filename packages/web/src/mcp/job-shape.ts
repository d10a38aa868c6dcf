import type { Job } from "@herdctl/core";
import { z } from "zod";
import { jobStatus, triggerType, waitReason } from "../wire/job.ts";

/** An instant as JSON has it. */
export const instant: z.ZodString = z.string().meta({ format: "date-time" });

const shape = {
  id: z.string().describe("Names the job in other tools."),
  agent: z.string(),
  status: jobStatus.describe("completed, failed and cancelled are final."),
  outcome: z.string().optional().describe("Once it is over: success, or why it was none."),
  trigger: triggerType.describe("What asked for it."),
  schedule: z.string().optional(),
  createdAt: instant,
  startedAt: instant.optional(),
  completedAt: instant.optional(),
  answer: z.string().optional().describe("The agent's final answer, or the start of it."),
  error: z.string().optional().describe("What went wrong."),
  costUsd: z.number().optional(),
  turns: z.number().optional(),
  waitingFor: waitReason
    .optional()
    .describe("approval and question wait for a person: see list_approvals."),
  approvalId: z.string().optional(),
};

type JobShape = z.ZodObject<typeof shape>;

/** A job as a model gets it: what it needs to go on, and no more. */
export const jobShape: JobShape = z.object(shape);

/** See {@link jobShape}. */
export function toJobShape(job: Job): z.output<JobShape> {
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
    ...(result?.summary !== undefined && { answer: result.summary }),
    ...(error && { error: error.message }),
    ...(result && { costUsd: result.costUsd, turns: result.turns }),
    ...(waitingFor !== undefined && { waitingFor }),
    ...(approvalId !== undefined && { approvalId }),
  };
}

/** How a tool names a job. */
export const jobName: z.ZodString = z
  .string()
  .min(1)
  .describe("Id of a job, a unique start of it, or `latest`.");

/** How a tool names an agent. */
export const agentName: z.ZodString = z
  .string()
  .min(1)
  .describe("Name of an agent, as list_agents gives it.");
