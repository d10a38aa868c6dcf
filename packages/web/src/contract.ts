import type { JobFilter, JobModifications, WorkItem } from "@herdctl/core";
import { z } from "zod";
import { approvalOperations } from "./contract-approvals.ts";
import { agentOperations } from "./contract-agents.ts";
import { auditOperations } from "./contract-audit.ts";
import { conversationOperations, conversationStreams } from "./contract-conversations.ts";
import { memoryOperations } from "./contract-memory.ts";
import { none } from "./contract-nothing.ts";
import { scheduleOperations } from "./contract-schedules.ts";
import { sessionOperations } from "./contract-sessions.ts";
import type {
  AgentParams,
  JobParams,
  LinesQuery,
  LogsQuery,
  Nothing,
  Operations,
  RequestParts,
  ResumeJobBody,
  ScopeBody,
  StopBody,
  Streams,
  TriggerBody,
  WaitQuery,
} from "./contract-types.ts";
import type { UsageFilter } from "./operations.ts";
import { fleetEvent } from "./wire/event.ts";
import {
  agentInfo,
  fleetHealth,
  fleetStatus,
  logEntry,
  logLevel,
  queue,
  triggerPlan,
  usageInfo,
} from "./wire/fleet.ts";
import { job, jobList, jobStatus, outputLine, triggerType } from "./wire/job.ts";
import {
  answer,
  date,
  name,
  pageShape,
  queryBoolean,
  queryInteger,
  request,
} from "./wire/schema.ts";

const noInput = request<RequestParts>(none);
const agentParams = request<AgentParams>({ agentName: name });
const agentInput = request<RequestParts<AgentParams>>({ ...none, params: agentParams });
const jobParams = request<JobParams>({ jobId: name });
const jobInput = request<RequestParts<JobParams>>({ ...none, params: jobParams });
const workItem: z.ZodType<WorkItem> = z.looseObject({
  type: z.string(),
  url: z.string().exactOptional(),
});
const triggerInput = request<RequestParts<AgentParams, Nothing, TriggerBody>>({
  ...none,
  params: agentParams,
  body: request<TriggerBody>({
    scheduleName: name.optional(),
    promptOverride: z.string().optional(),
    workItems: z.array(workItem).optional(),
    priority: z.int().optional(),
    queue: z.boolean().optional(),
    resume: name.optional(),
  }),
});

const scopeInput = request<RequestParts<Nothing, Nothing, ScopeBody>>({
  ...none,
  body: request<ScopeBody>({ agentName: name.optional() }),
});

/** The HTTP API: server, client and documentation are made from this. */
export const operations: Operations = {
  getStatus: {
    method: "GET",
    path: "/api/status",
    status: 200,
    input: noInput,
    output: fleetStatus,
    polled: true,
  },
  getHealth: {
    method: "GET",
    path: "/api/health",
    status: 200,
    input: noInput,
    output: fleetHealth,
  },
  getAgents: {
    method: "GET",
    path: "/api/agents",
    status: 200,
    input: noInput,
    output: answer({ agents: z.array(agentInfo) }),
    polled: true,
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
      ...none,
      query: request<JobFilter>({
        agentName: name.optional(),
        scheduleName: name.optional(),
        status: jobStatus.optional(),
        trigger: triggerType.optional(),
        startedAfter: date.optional(),
        startedBefore: date.optional(),
        text: z.string().optional(),
        ...pageShape,
      }),
    }),
    output: jobList,
    polled: true,
  },
  getJob: { method: "GET", path: "/api/jobs/:jobId", status: 200, input: jobInput, output: job },
  getQueue: {
    method: "GET",
    path: "/api/queue",
    status: 200,
    input: noInput,
    output: queue,
    polled: true,
  },
  ...scheduleOperations,
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
    readsOnly: true,
  },
  forkJob: {
    method: "POST",
    path: "/api/jobs/:jobId/fork",
    status: 201,
    input: request<RequestParts<JobParams, Nothing, JobModifications>>({
      ...none,
      params: jobParams,
      body: request<JobModifications>({
        promptOverride: z.string().optional(),
        workItems: z.array(workItem).optional(),
        priority: z.int().optional(),
        model: name.optional(),
        maxTurns: z.int().min(1).optional(),
        session: z.enum(["new", "fork"]).optional(),
      }),
    }),
    output: job,
  },
  retryJob: {
    method: "POST",
    path: "/api/jobs/:jobId/retry",
    status: 201,
    input: jobInput,
    output: job,
  },
  resumeJob: {
    method: "POST",
    path: "/api/jobs/:jobId/resume",
    status: 201,
    input: request<RequestParts<JobParams, Nothing, ResumeJobBody>>({
      ...none,
      params: jobParams,
      body: request<ResumeJobBody>({ prompt: z.string() }),
    }),
    output: job,
  },
  waitForJob: {
    method: "GET",
    path: "/api/jobs/:jobId/wait",
    status: 200,
    input: request<RequestParts<JobParams, WaitQuery>>({
      ...none,
      params: jobParams,
      query: request<WaitQuery>({ timeout: queryInteger(0).optional() }),
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
  cancelAll: {
    method: "POST",
    path: "/api/cancel",
    status: 200,
    input: scopeInput,
    output: answer({ jobIds: z.array(z.string()) }),
  },
  ...approvalOperations,
  ...conversationOperations,
  pause: {
    method: "POST",
    path: "/api/pause",
    status: 204,
    input: scopeInput,
    output: z.undefined(),
  },
  resume: {
    method: "POST",
    path: "/api/resume",
    status: 200,
    input: scopeInput,
    output: answer({ wasPaused: z.boolean() }),
  },
  ...memoryOperations,
  ...sessionOperations,
  ...auditOperations,
  ...agentOperations,
  getUsage: {
    method: "GET",
    path: "/api/usage",
    status: 200,
    input: request<RequestParts<Nothing, UsageFilter>>({
      ...none,
      query: request<UsageFilter>({ since: z.iso.date(), agentName: name.optional() }),
    }),
    output: answer({ usage: z.array(usageInfo) }),
  },
  reload: {
    method: "POST",
    path: "/api/reload",
    status: 200,
    input: noInput,
    output: answer({ changes: z.array(z.string()) }),
  },
  stop: {
    method: "POST",
    path: "/api/stop",
    status: 202,
    input: request<RequestParts<Nothing, Nothing, StopBody>>({
      ...none,
      body: request<StopBody>({
        waitForJobs: z.boolean().optional(),
        leaveRunning: z.boolean().optional(),
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
      ...none,
      query: request<LogsQuery>({
        level: logLevel.optional(),
        agentName: name.optional(),
        jobId: name.optional(),
        tail: queryInteger(0).optional(),
        fromSeq: queryInteger(1).optional(),
        follow: queryBoolean.optional(),
      }),
    }),
    item: logEntry,
  },
  streamJobLines: {
    path: "/api/jobs/:jobId/lines",
    input: request<RequestParts<JobParams, LinesQuery>>({
      ...none,
      params: jobParams,
      query: request<LinesQuery>({
        fromSeq: queryInteger(1).optional(),
        follow: queryBoolean.optional(),
      }),
    }),
    item: outputLine,
  },
  ...conversationStreams,
};
