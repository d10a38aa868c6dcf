import type {
  ClaimedItem,
  ExitReason,
  ExpectResult,
  HookPhase,
  HookResult,
  Job,
  JobList,
  JobReport,
  JobResult,
  JobStatus,
  ModelUsage,
  OutputLine,
  OutputLineType,
  PermissionDenial,
  RuntimeType,
  SentFile,
  TriggerType,
  WaitReason,
} from "@herdctl/core";
import { z } from "zod";
import { answer, date, oneOf, type Shape } from "./schema.ts";

export const jobStatus: z.ZodType<JobStatus> = oneOf<JobStatus>({
  queued: true,
  running: true,
  waiting: true,
  completed: true,
  failed: true,
  cancelled: true,
});

export const triggerType: z.ZodType<TriggerType> = oneOf<TriggerType>({
  manual: true,
  schedule: true,
  webhook: true,
  chat: true,
  fork: true,
  agent: true,
});

export const waitReason: z.ZodType<WaitReason> = oneOf<WaitReason>({
  retry: true,
  window: true,
  session: true,
  approval: true,
  question: true,
  time: true,
});

export const runtimeType: z.ZodType<RuntimeType> = oneOf<RuntimeType>({ sdk: true, cli: true });

export const exitReason: z.ZodType<ExitReason> = oneOf<ExitReason>({
  success: true,
  error: true,
  timeout: true,
  cancelled: true,
  max_turns: true,
  budget: true,
  rate_limited: true,
  auth: true,
  interrupted: true,
  empty: true,
  unverified: true,
  denied: true,
  oom: true,
  rejected: true,
  agent_removed: true,
});

/** Columns of {@link ModelUsage}. */
export const usageShape: Shape<ModelUsage> = {
  inputTokens: z.number(),
  outputTokens: z.number(),
  cacheReadTokens: z.number(),
  cacheCreationTokens: z.number(),
  costUsd: z.number(),
};
const modelUsage = answer<ModelUsage>(usageShape);

export const permissionDenial: z.ZodType<PermissionDenial> = answer<PermissionDenial>({
  toolName: z.string(),
  toolUseId: z.string(),
  input: z.unknown(),
});

const hookResult = answer<HookResult>({
  phase: oneOf<HookPhase>({ before_run: true, after_run: true, on_error: true }),
  index: z.number(),
  hookType: oneOf<HookResult["hookType"]>({
    shell: true,
    webhook: true,
    discord: true,
    slack: true,
  }),
  name: z.string().optional(),
  startedAt: z.string(),
  success: z.boolean().optional(),
  durationMs: z.number().optional(),
  exitCode: z.number().optional(),
  error: z.string().optional(),
  output: z.string().optional(),
});

const expectResult = answer<ExpectResult>({
  type: oneOf<ExpectResult["type"]>({ command: true, file: true, json_schema: true }),
  subject: z.string(),
  success: z.boolean(),
  error: z.string().optional(),
});

const claimedItem = answer<ClaimedItem>({
  source: z.string(),
  id: z.string(),
  title: z.string(),
  text: z.string(),
  location: z.string(),
});

export const jobReport: z.ZodType<JobReport> = answer<JobReport>({
  status: oneOf<JobReport["status"]>({ success: true, partial: true, failure: true }),
  summary: z.string(),
  data: z.record(z.string(), z.unknown()).optional(),
});

export const sentFile: z.ZodType<SentFile> = answer<SentFile>({
  name: z.string(),
  path: z.string(),
  size: z.number(),
  mimeType: z.string(),
  title: z.string().optional(),
});

export const jobResult: z.ZodType<JobResult> = answer<JobResult>({
  success: z.boolean(),
  exitReason,
  summary: z.string().optional(),
  turns: z.number(),
  costUsd: z.number(),
  usage: z.record(z.string(), modelUsage),
  permissionDenials: z.array(permissionDenial),
  structuredOutput: z.unknown().optional(),
  hooks: z.array(hookResult).optional(),
  expect: z.array(expectResult).optional(),
});

export const job: z.ZodType<Job> = answer<Job>({
  id: z.string(),
  agentName: z.string(),
  scheduleName: z.string().optional(),
  trigger: triggerType,
  status: jobStatus,
  exitReason: exitReason.optional(),
  waitingFor: waitReason.optional(),
  approvalId: z.string().optional(),
  prompt: z.string(),
  workItem: claimedItem.optional(),
  priority: z.number(),
  attempt: z.number(),
  createdAt: date,
  startedAt: date.optional(),
  completedAt: date.optional(),
  durationMs: z.number().optional(),
  runtime: runtimeType,
  workingDirectory: z.string(),
  sessionId: z.string().optional(),
  sessionNote: z.string().optional(),
  wakeAt: date.optional(),
  forkedFrom: z.string().optional(),
  parentJobId: z.string().optional(),
  lineage: z.array(z.string()).optional(),
  reason: z.string().optional(),
  report: jobReport.optional(),
  files: z.array(sentFile).optional(),
  cancelCause: z.string().optional(),
  error: answer<NonNullable<Job["error"]>>({
    message: z.string(),
    code: z.string().optional(),
  }).optional(),
  result: jobResult.optional(),
  output: z.string().optional(),
  outputTruncated: z.boolean().optional(),
});

export const jobList: z.ZodType<JobList> = answer<JobList>({
  jobs: z.array(job),
  nextCursor: z.string().optional(),
});

export const outputLine: z.ZodType<OutputLine> = answer<OutputLine>({
  seq: z.number(),
  timestamp: z.string(),
  attempt: z.number(),
  type: oneOf<OutputLineType>({
    system: true,
    assistant: true,
    thinking: true,
    tool_use: true,
    tool_result: true,
    error: true,
    result: true,
    other: true,
  }),
  parentToolUseId: z.string().optional(),
  uuid: z.string().optional(),
  subtype: z.string().optional(),
  text: z.string().optional(),
  toolUseId: z.string().optional(),
  toolName: z.string().optional(),
  input: z.unknown().optional(),
  isError: z.boolean().optional(),
  data: z.unknown().optional(),
});
