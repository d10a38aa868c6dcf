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
import type { FleetEvent, JobLinesOptions } from "./operations.ts";
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
import { answer, date, queryBoolean, queryInteger, request } from "./wire/schema.ts";

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

/** A request: path parameters, query string and JSON body. */
export interface RequestParts<Params = Nothing, Query = Nothing, Body = Nothing> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
}

type Nothing = Record<never, never>;
type AgentParams = { readonly agentName: string };
type JobParams = { readonly jobId: string };
type ScheduleParams = AgentParams & { readonly scheduleName: string };
type TriggerBody = TriggerOptions & { readonly scheduleName?: string };
type StopBody = Omit<StopOptions, "onProgress">;
/** Milliseconds until the answer comes even though the job is not over. */
type WaitQuery = { readonly timeout?: number };
type LogsQuery = Omit<LogStreamOptions, "signal">;
type LinesQuery = Omit<JobLinesOptions, "signal">;

/** Input and output of every operation. */
export interface OperationTypes {
  readonly getStatus: { readonly input: RequestParts; readonly output: FleetStatus };
  readonly getAgents: {
    readonly input: RequestParts;
    readonly output: { readonly agents: readonly AgentInfo[] };
  };
  readonly getAgent: { readonly input: RequestParts<AgentParams>; readonly output: AgentInfo };
  readonly getJobs: { readonly input: RequestParts<Nothing, JobFilter>; readonly output: JobList };
  readonly getJob: { readonly input: RequestParts<JobParams>; readonly output: Job };
  readonly getQueue: { readonly input: RequestParts; readonly output: QueueInfo };
  readonly getSchedules: {
    readonly input: RequestParts;
    readonly output: { readonly schedules: readonly ScheduleInfo[] };
  };
  readonly getSchedule: {
    readonly input: RequestParts<ScheduleParams>;
    readonly output: ScheduleInfo;
  };
  readonly trigger: {
    readonly input: RequestParts<AgentParams, Nothing, TriggerBody>;
    readonly output: Job;
  };
  readonly planTrigger: {
    readonly input: RequestParts<AgentParams, Nothing, TriggerBody>;
    readonly output: TriggerPlan;
  };
  readonly waitForJob: { readonly input: RequestParts<JobParams, WaitQuery>; readonly output: Job };
  readonly cancelJob: { readonly input: RequestParts<JobParams>; readonly output: undefined };
  readonly stop: {
    readonly input: RequestParts<Nothing, Nothing, StopBody>;
    readonly output: undefined;
  };
}

/** Input and items of every stream. */
export interface StreamTypes {
  readonly streamEvents: { readonly input: RequestParts; readonly item: FleetEvent };
  readonly streamLogs: {
    readonly input: RequestParts<Nothing, LogsQuery>;
    readonly item: LogEntry;
  };
  readonly streamJobLines: {
    readonly input: RequestParts<JobParams, LinesQuery>;
    readonly item: OutputLine;
  };
}

/** Every operation by its name. */
export type Operations = {
  readonly [Name in keyof OperationTypes]: Operation<
    OperationTypes[Name]["input"],
    OperationTypes[Name]["output"]
  >;
};

/** Every stream by its name. */
export type Streams = {
  readonly [Name in keyof StreamTypes]: Stream<
    StreamTypes[Name]["input"],
    StreamTypes[Name]["item"]
  >;
};

const name = z.string().min(1);
const nothing = request<Nothing>({});
const noInput = request<RequestParts>({ params: nothing, query: nothing, body: nothing });
const agentParams = request<AgentParams>({ agentName: name });
const agentInput = request<RequestParts<AgentParams>>({
  params: agentParams,
  query: nothing,
  body: nothing,
});
const jobParams = request<JobParams>({ jobId: name });
const jobInput = request<RequestParts<JobParams>>({
  params: jobParams,
  query: nothing,
  body: nothing,
});
const workItem: z.ZodType<WorkItem> = z.looseObject({
  type: z.string(),
  url: z.string().exactOptional(),
});
const triggerInput = request<RequestParts<AgentParams, Nothing, TriggerBody>>({
  params: agentParams,
  query: nothing,
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
  getStatus: {
    method: "GET",
    path: "/api/status",
    status: 200,
    input: noInput,
    output: fleetStatus,
  },
  getAgents: {
    method: "GET",
    path: "/api/agents",
    status: 200,
    input: noInput,
    output: answer({ agents: z.array(agentInfo) }),
  },
  getAgent: {
    method: "GET",
    path: "/api/agents/:agentName",
    status: 200,
    input: agentInput,
    output: agentInfo,
  },
  getJobs: {
    method: "GET",
    path: "/api/jobs",
    status: 200,
    input: request<RequestParts<Nothing, JobFilter>>({
      params: nothing,
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
      body: nothing,
    }),
    output: jobList,
  },
  getJob: { method: "GET", path: "/api/jobs/:jobId", status: 200, input: jobInput, output: job },
  getQueue: { method: "GET", path: "/api/queue", status: 200, input: noInput, output: queue },
  getSchedules: {
    method: "GET",
    path: "/api/schedules",
    status: 200,
    input: noInput,
    output: answer({ schedules: z.array(scheduleInfo) }),
  },
  getSchedule: {
    method: "GET",
    path: "/api/agents/:agentName/schedules/:scheduleName",
    status: 200,
    input: request<RequestParts<ScheduleParams>>({
      params: request<ScheduleParams>({ agentName: name, scheduleName: name }),
      query: nothing,
      body: nothing,
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
    input: request<RequestParts<JobParams, WaitQuery>>({
      params: jobParams,
      query: request<WaitQuery>({ timeout: queryInteger(0).optional() }),
      body: nothing,
    }),
    output: job,
  },
  cancelJob: {
    method: "POST",
    path: "/api/jobs/:jobId/cancel",
    status: 204,
    input: jobInput,
    output: z.undefined(),
  },
  stop: {
    method: "POST",
    path: "/api/stop",
    status: 202,
    input: request<RequestParts<Nothing, Nothing, StopBody>>({
      params: nothing,
      query: nothing,
      body: request<StopBody>({
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
  streamEvents: { path: "/api/events", input: noInput, item: fleetEvent },
  streamLogs: {
    path: "/api/logs",
    input: request<RequestParts<Nothing, LogsQuery>>({
      params: nothing,
      query: request<LogsQuery>({
        level: logLevel.optional(),
        agentName: name.optional(),
        jobId: name.optional(),
        tail: queryInteger(0).optional(),
        fromSeq: queryInteger(1).optional(),
        follow: queryBoolean.optional(),
      }),
      body: nothing,
    }),
    item: logEntry,
  },
  streamJobLines: {
    path: "/api/jobs/:jobId/lines",
    input: request<RequestParts<JobParams, LinesQuery>>({
      params: jobParams,
      query: request<LinesQuery>({
        fromSeq: queryInteger(1).optional(),
        follow: queryBoolean.optional(),
      }),
      body: nothing,
    }),
    item: outputLine,
  },
};
