import type {
  AddAgentOptions,
  AgentInfo,
  AgentPreview,
  Approval,
  ApprovalFilter,
  ApprovalReply,
  AuditFilter,
  AuditList,
  ConversationEvent,
  FleetHealth,
  FleetStatus,
  InstalledAgentDetails,
  InstalledAgentInfo,
  Job,
  JobFilter,
  JobList,
  JobModifications,
  LogEntry,
  LogStreamOptions,
  MemoryInfo,
  OutputLine,
  QueueInfo,
  RemovedAgent,
  ScheduleFireFilter,
  ScheduleFireList,
  ScheduleInfo,
  Session,
  SessionFilter,
  SessionMessageFilter,
  SessionMessagePage,
  StopOptions,
  TriggerPlan,
  TurnContent,
  UsageInfo,
} from "@herdctl/core";
import type { z } from "zod";
import type {
  ClientTriggerOptions,
  ConversationInfo,
  ConversationRef,
  ConversationStreamOptions,
  FleetEvent,
  JobLinesOptions,
  MessageOptions,
  OpenOptions,
  ScopeOptions,
  StreamOptions,
  UsageFilter,
} from "./operations.ts";
import type { Gap } from "./ring.ts";

/** A request and its answer. Schemas hold library values; their encoded side is the wire. */
export interface Operation<Input, Output> {
  readonly method: "GET" | "POST";
  /** With `:name` for each of the input's `params`. */
  readonly path: string;
  /** HTTP status of success. */
  readonly status: 200 | 201 | 202 | 204;
  readonly input: z.ZodType<Input>;
  readonly output: z.ZodType<Output>;
  /** Asked again and again: it has an `ETag`, and is not answered twice alike. */
  readonly polled?: true;
  /** It changes nothing, although it is asked with POST: whoever may look may ask. */
  readonly readsOnly?: true;
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

/** No parameters, query or body. */
export type Nothing = Record<never, never>;
export type AgentParams = { readonly agentName: string };
export type JobParams = { readonly jobId: string };
export type ApprovalParams = { readonly approvalId: string };
export type AnswerBody = ApprovalReply & { readonly by?: string };
export type ScheduleParams = AgentParams & { readonly scheduleName: string };
export type SessionParams = { readonly sessionId: string };
export type PreviewQuery = { readonly count?: number };
export type TriggerBody = ClientTriggerOptions & { readonly scheduleName?: string };
export type StopBody = Omit<StopOptions, "onProgress">;
/** Without an agent: the whole fleet. */
export type ScopeBody = ScopeOptions;
export type ResumeJobBody = { readonly prompt: string };
/** Milliseconds until the answer comes even though the job is not over. */
export type WaitQuery = { readonly timeout?: number };
/** Path parameters of what is about one conversation. */
export type ConversationParams = { readonly [Key in keyof ConversationRef]: string };
export type MessageBody = MessageOptions & { readonly content: TurnContent };
export type ConversationQuery = Omit<ConversationStreamOptions, keyof StreamOptions>;
export type MemoryQuery = { readonly search?: string };
/** Without a key: all that the agent remembers. */
export type ForgetMemoryBody = { readonly key?: string };
/** `source`: see `FleetManager.previewAgent`. */
export type PreviewAgentBody = Omit<AddAgentBody, "digest">;
export type AddAgentBody = Omit<AddAgentOptions, "signal"> & { readonly source: string };
export type RemoveAgentBody = { readonly force?: boolean };
export type LogsQuery = Omit<LogStreamOptions, "signal">;
export type LinesQuery = Omit<JobLinesOptions, keyof StreamOptions>;

/** Input and output of every operation. */
export interface OperationTypes {
  readonly getStatus: { readonly input: RequestParts; readonly output: FleetStatus };
  readonly getHealth: { readonly input: RequestParts; readonly output: FleetHealth };
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
  readonly getScheduleFires: {
    readonly input: RequestParts<Nothing, ScheduleFireFilter>;
    readonly output: ScheduleFireList;
  };
  readonly previewSchedule: {
    readonly input: RequestParts<ScheduleParams, PreviewQuery>;
    readonly output: { readonly instants: readonly Date[] };
  };
  readonly enableSchedule: {
    readonly input: RequestParts<ScheduleParams>;
    readonly output: undefined;
  };
  readonly disableSchedule: {
    readonly input: RequestParts<ScheduleParams>;
    readonly output: undefined;
  };
  readonly trigger: {
    readonly input: RequestParts<AgentParams, Nothing, TriggerBody>;
    readonly output: Job;
  };
  readonly planTrigger: {
    readonly input: RequestParts<AgentParams, Nothing, TriggerBody>;
    readonly output: TriggerPlan;
  };
  readonly forkJob: {
    readonly input: RequestParts<JobParams, Nothing, JobModifications>;
    readonly output: Job;
  };
  readonly retryJob: { readonly input: RequestParts<JobParams>; readonly output: Job };
  readonly resumeJob: {
    readonly input: RequestParts<JobParams, Nothing, ResumeJobBody>;
    readonly output: Job;
  };
  readonly waitForJob: { readonly input: RequestParts<JobParams, WaitQuery>; readonly output: Job };
  readonly cancelJob: { readonly input: RequestParts<JobParams>; readonly output: undefined };
  readonly cancelAll: {
    readonly input: RequestParts<Nothing, Nothing, ScopeBody>;
    readonly output: { readonly jobIds: readonly string[] };
  };
  readonly getApprovals: {
    readonly input: RequestParts<Nothing, ApprovalFilter>;
    readonly output: { readonly approvals: readonly Approval[] };
  };
  readonly answerApproval: {
    readonly input: RequestParts<ApprovalParams, Nothing, AnswerBody>;
    readonly output: Approval;
  };
  readonly openConversation: {
    readonly input: RequestParts<AgentParams, Nothing, OpenOptions>;
    readonly output: ConversationInfo;
  };
  readonly sendMessage: {
    readonly input: RequestParts<ConversationParams, Nothing, MessageBody>;
    readonly output: { readonly turnId: string };
  };
  readonly interruptConversation: {
    readonly input: RequestParts<ConversationParams>;
    readonly output: undefined;
  };
  readonly closeConversation: {
    readonly input: RequestParts<ConversationParams>;
    readonly output: undefined;
  };
  readonly pause: {
    readonly input: RequestParts<Nothing, Nothing, ScopeBody>;
    readonly output: undefined;
  };
  readonly resume: {
    readonly input: RequestParts<Nothing, Nothing, ScopeBody>;
    readonly output: { readonly wasPaused: boolean };
  };
  readonly getSessions: {
    readonly input: RequestParts<Nothing, SessionFilter>;
    readonly output: { readonly sessions: readonly Session[] };
  };
  readonly getSession: { readonly input: RequestParts<SessionParams>; readonly output: Session };
  readonly getSessionMessages: {
    readonly input: RequestParts<SessionParams, SessionMessageFilter>;
    readonly output: SessionMessagePage;
  };
  readonly getAudit: {
    readonly input: RequestParts<Nothing, AuditFilter>;
    readonly output: AuditList;
  };
  readonly getUsage: {
    readonly input: RequestParts<Nothing, UsageFilter>;
    readonly output: { readonly usage: readonly UsageInfo[] };
  };
  readonly getMemory: {
    readonly input: RequestParts<AgentParams, MemoryQuery>;
    readonly output: { readonly memory: readonly MemoryInfo[] };
  };
  readonly forgetMemory: {
    readonly input: RequestParts<AgentParams, Nothing, ForgetMemoryBody>;
    readonly output: { readonly forgotten: number };
  };
  readonly previewAgent: {
    readonly input: RequestParts<Nothing, Nothing, PreviewAgentBody>;
    readonly output: AgentPreview;
  };
  readonly addAgent: {
    readonly input: RequestParts<Nothing, Nothing, AddAgentBody>;
    readonly output: InstalledAgentInfo;
  };
  readonly getInstalledAgents: {
    readonly input: RequestParts;
    readonly output: { readonly agents: readonly InstalledAgentInfo[] };
  };
  readonly getInstalledAgent: {
    readonly input: RequestParts<AgentParams>;
    readonly output: InstalledAgentDetails;
  };
  readonly removeAgent: {
    readonly input: RequestParts<AgentParams, Nothing, RemoveAgentBody>;
    readonly output: RemovedAgent;
  };
  readonly reload: {
    readonly input: RequestParts;
    readonly output: { readonly changes: readonly string[] };
  };
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
  readonly streamConversation: {
    readonly input: RequestParts<ConversationParams, ConversationQuery>;
    readonly item: ConversationEvent | Gap;
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
