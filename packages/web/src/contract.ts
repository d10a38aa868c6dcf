import type {
  AgentInfo,
  FleetStatus,
  Job,
  JobFilter,
  JobList,
  LogEntry,
  LogStreamOptions,
  OutputLine,
  QueueInfo,
  ScheduleInfo,
  StopOptions,
  TriggerOptions,
  TriggerPlan,
  WorkItem,
} from "@herdctl/core";
import { z } from "zod";
import type { FleetEvent } from "./operations.ts";
import { fleetEvent } from "./wire/event.ts";
import {
  agentInfo,
  fleetStatus,
  logEntry,
  logLevel,
  queue,
  scheduleInfo,
  triggerPlan,
} from "./wire/fleet.ts";
import { job, jobList, jobStatus, outputLine, triggerType } from "./wire/job.ts";
import { answer, date, queryBoolean, queryInteger, request, type Shape } from "./wire/schema.ts";

/** A request and its answer. Schemas hold library values; their encoded side is the wire. */
export interface Operation<Input, Output> {
  readonly method: "GET" | "POST";
  /** With `:name` for each of the input's `params`. */
  readonly path: string;
  /** HTTP status of success. */
  readonly status: 200 | 201 | 202 | 204;
  readonly input: z.ZodType<Input>;
  readonly output: z.ZodType<Output>;
}

/** A request answered by server-sent events, each with one item as its data. */
export interface Stream<Input, Item> {
  readonly path: string;
  readonly input: z.ZodType<Input>;
  readonly item: z.ZodType<Item>;
}

/** Parts of a request: path parameters, query string and JSON body. */
export type NoInput = Record<never, never>;
export interface AgentInput {
  readonly params: { readonly agentName: string };
}
export interface JobInput {
  readonly params: { readonly jobId: string };
}
export interface ScheduleInput {
  readonly params: { readonly agentName: string; readonly scheduleName: string };
}
export interface JobsInput {
  readonly query: JobFilter;
}
export interface TriggerBody extends TriggerOptions {
  readonly scheduleName?: string;
}
export interface TriggerInput extends AgentInput {
  readonly body: TriggerBody;
}
export interface WaitInput extends JobInput {
  /** Milliseconds until the answer comes even though the job is not over. */
  readonly query: { readonly timeout?: number };
}
export interface StopInput {
  readonly body: Omit<StopOptions, "onProgress">;
}
export interface LogsInput {
  readonly query: Omit<LogStreamOptions, "signal">;
}
export interface JobLinesInput extends JobInput {
  readonly query: { readonly fromSeq?: number; readonly follow?: boolean };
}

/** Every request with its input and answer. */
export interface Operations {
  readonly getStatus: Operation<NoInput, FleetStatus>;
  readonly getAgents: Operation<NoInput, { readonly agents: readonly AgentInfo[] }>;
  readonly getAgent: Operation<AgentInput, AgentInfo>;
  readonly getJobs: Operation<JobsInput, JobList>;
  readonly getJob: Operation<JobInput, Job>;
  readonly getQueue: Operation<NoInput, QueueInfo>;
  readonly getSchedules: Operation<NoInput, { readonly schedules: readonly ScheduleInfo[] }>;
  readonly getSchedule: Operation<ScheduleInput, ScheduleInfo>;
  readonly trigger: Operation<TriggerInput, Job>;
  readonly planTrigger: Operation<TriggerInput, TriggerPlan>;
  readonly waitForJob: Operation<WaitInput, Job>;
  readonly cancelJob: Operation<JobInput, undefined>;
  readonly stop: Operation<StopInput, undefined>;
}

/** Every stream with its input and items. */
export interface Streams {
  readonly streamEvents: Stream<NoInput, FleetEvent>;
  readonly streamLogs: Stream<LogsInput, LogEntry>;
  readonly streamJobLines: Stream<JobLinesInput, OutputLine>;
}

const name = z.string().min(1);
const none = request<NoInput>({});
const agentInput: Shape<AgentInput> = {
  params: request<AgentInput["params"]>({ agentName: name }),
};
const jobInput: Shape<JobInput> = { params: request<JobInput["params"]>({ jobId: name }) };
const workItem: z.ZodType<WorkItem> = z.looseObject({
  type: z.string(),
  url: z.string().exactOptional(),
});
const triggerInput = request<TriggerInput>({
  ...agentInput,
  body: request<TriggerBody>({
    scheduleName: name.optional(),
    promptOverride: z.string().optional(),
    workItems: z.array(workItem).optional(),
    priority: z.int().optional(),
    queue: z.boolean().optional(),
    resume: name.optional(),
    trigger: triggerType.optional(),
  }),
});

/** The HTTP API: server, client and documentation are made from this. */
export const operations: Operations = {
  getStatus: { method: "GET", path: "/api/status", status: 200, input: none, output: fleetStatus },
  getAgents: {
    method: "GET",
    path: "/api/agents",
    status: 200,
    input: none,
    output: answer({ agents: z.array(agentInfo) }),
  },
  getAgent: {
    method: "GET",
    path: "/api/agents/:agentName",
    status: 200,
    input: request<AgentInput>(agentInput),
    output: agentInfo,
  },
  getJobs: {
    method: "GET",
    path: "/api/jobs",
    status: 200,
    input: request<JobsInput>({
      query: request<JobFilter>({
        agentName: name.optional(),
        scheduleName: name.optional(),
        status: jobStatus.optional(),
        trigger: triggerType.optional(),
        startedAfter: date.optional(),
        startedBefore: date.optional(),
        text: z.string().optional(),
        limit: queryInteger(1).optional(),
        cursor: name.optional(),
      }),
    }),
    output: jobList,
  },
  getJob: {
    method: "GET",
    path: "/api/jobs/:jobId",
    status: 200,
    input: request<JobInput>(jobInput),
    output: job,
  },
  getQueue: { method: "GET", path: "/api/queue", status: 200, input: none, output: queue },
  getSchedules: {
    method: "GET",
    path: "/api/schedules",
    status: 200,
    input: none,
    output: answer({ schedules: z.array(scheduleInfo) }),
  },
  getSchedule: {
    method: "GET",
    path: "/api/agents/:agentName/schedules/:scheduleName",
    status: 200,
    input: request<ScheduleInput>({
      params: request<ScheduleInput["params"]>({ agentName: name, scheduleName: name }),
    }),
    output: scheduleInfo,
  },
  trigger: {
    method: "POST",
    path: "/api/agents/:agentName/trigger",
    status: 201,
    input: triggerInput,
    output: job,
  },
  planTrigger: {
    method: "POST",
    path: "/api/agents/:agentName/plan",
    status: 200,
    input: triggerInput,
    output: triggerPlan,
  },
  waitForJob: {
    method: "GET",
    path: "/api/jobs/:jobId/wait",
    status: 200,
    input: request<WaitInput>({
      ...jobInput,
      query: request<WaitInput["query"]>({ timeout: queryInteger(0).optional() }),
    }),
    output: job,
  },
  cancelJob: {
    method: "POST",
    path: "/api/jobs/:jobId/cancel",
    status: 204,
    input: request<JobInput>(jobInput),
    output: z.undefined(),
  },
  stop: {
    method: "POST",
    path: "/api/stop",
    status: 202,
    input: request<StopInput>({
      body: request<StopInput["body"]>({
        waitForJobs: z.boolean().optional(),
        timeout: z.int().min(0).optional(),
        reason: z.string().optional(),
      }),
    }),
    output: z.undefined(),
  },
};

/** The streams of the HTTP API. */
export const streams: Streams = {
  streamEvents: { path: "/api/events", input: none, item: fleetEvent },
  streamLogs: {
    path: "/api/logs",
    input: request<LogsInput>({
      query: request<LogsInput["query"]>({
        level: logLevel.optional(),
        agentName: name.optional(),
        jobId: name.optional(),
      }),
    }),
    item: logEntry,
  },
  streamJobLines: {
    path: "/api/jobs/:jobId/lines",
    input: request<JobLinesInput>({
      ...jobInput,
      query: request<JobLinesInput["query"]>({
        fromSeq: queryInteger(1).optional(),
        follow: queryBoolean.optional(),
      }),
    }),
    item: outputLine,
  },
};
