import type { JobReport } from "@herdctl/core";
import { z } from "zod";
import { jobReport, jobStatus } from "../../wire/job.ts";
import { answer } from "../../wire/schema.ts";
import { agentName, jobName } from "../fields.ts";
import { type FleetTool, fleetTool } from "../fleet-tool.ts";
import { shorten } from "../shorten.ts";
import { jobFields, jobShape, type ToldJob, toToldJob } from "../told-job.ts";

// There may be a hundred of them; `get_job` has all of one.
const longestInList = 500;

export const listJobs: FleetTool = fleetTool({
  name: "list_jobs",
  title: "List jobs",
  description: "Lists jobs, newest first, with the start of what came of them: get_job has all.",
  effect: "reads",
  input: z.strictObject({
    agent: agentName.optional(),
    status: jobStatus.optional(),
    limit: z.int().min(1).max(100).default(20),
    cursor: z.string().min(1).optional().describe("`nextCursor` of the page before."),
  }),
  output: z.object({ jobs: z.array(jobShape), nextCursor: z.string().optional() }),
  run: async ({ fleet }, { agent, status, limit, cursor }) => {
    const page = await fleet.getJobs({
      limit,
      ...(agent !== undefined && { agentName: agent }),
      ...(status !== undefined && { status }),
      ...(cursor !== undefined && { cursor }),
    });
    return {
      jobs: page.jobs.map((job) => toToldJob(job, longestInList)),
      ...(page.nextCursor !== undefined && { nextCursor: page.nextCursor }),
    };
  },
});

interface JobDetail extends ToldJob {
  readonly prompt: string;
  readonly durationMs?: number;
  readonly sessionId?: string;
  readonly report?: JobReport;
  readonly structuredOutput?: unknown;
}

const jobDetail = answer<JobDetail>({
  ...jobFields,
  prompt: z.string().describe("What it was asked to do."),
  durationMs: z.number().optional(),
  sessionId: z.string().optional(),
  report: jobReport.optional().describe("What the agent reported of its own work."),
  structuredOutput: z.unknown().optional(),
});

export const getJob: FleetTool = fleetTool({
  name: "get_job",
  title: "Explain a job",
  description: "Tells all about one job: what it was asked, how it stands, what came of it.",
  effect: "reads",
  input: z.strictObject({ job: jobName }),
  output: jobDetail,
  run: async ({ fleet }, { job: name }) => {
    const job = await fleet.getJob(name);
    const { report, durationMs, sessionId, result } = job;
    return {
      ...toToldJob(job),
      prompt: shorten(job.prompt),
      ...(durationMs !== undefined && { durationMs }),
      ...(sessionId !== undefined && { sessionId }),
      ...(report && { report }),
      ...(result?.structuredOutput !== undefined && { structuredOutput: result.structuredOutput }),
    };
  },
});

// Clients give up on a call after a minute.
const longestWait = 50;

export const waitForJob: FleetTool = fleetTool({
  name: "wait_for_job",
  title: "Wait for a job",
  description:
    "Waits until a job is over and tells how it ended. When `isOver` is false the time is up and the job " +
    "goes on: call it again. A job that waits for a person (`waitingFor` approval or question) goes on " +
    "only after answer_approval.",
  effect: "reads",
  input: z.strictObject({
    job: jobName,
    seconds: z
      .number()
      .min(0)
      .max(longestWait)
      .default(30)
      .describe("How long to wait at most, in this call."),
  }),
  output: answer<ToldJob & { readonly isOver: boolean }>({ ...jobFields, isOver: z.boolean() }),
  run: async ({ fleet, signal }, { job: name, seconds }) => {
    const { id } = await fleet.getJob(name);
    const enough = AbortSignal.timeout(seconds * 1_000);
    const ended = AbortSignal.any([enough, signal]);
    try {
      const job = await fleet.waitForJob(id, { signal: ended });
      return { ...toToldJob(job), isOver: true };
    } catch (error) {
      if (!enough.aborted) throw error;
      const job = await fleet.getJob(id);
      return { ...toToldJob(job), isOver: job.result !== undefined };
    }
  },
});

export const cancelJob: FleetTool = fleetTool({
  name: "cancel_job",
  title: "Cancel a job",
  description:
    "Ends a job and everything that it started, for good. Returns when nothing of it is alive. A job that " +
    "is over already is an error (INVALID_STATE).",
  effect: "ends",
  input: z.strictObject({ job: jobName.describe("Id of the job, or a unique start of it.") }),
  output: jobShape,
  run: async ({ fleet }, { job: name }) => {
    const { id } = await fleet.getJob(name);
    await fleet.cancelJob(id);
    return toToldJob(await fleet.getJob(id));
  },
});
