import type {
  AgentInfo,
  AgentInstaller,
  Approval,
  ApprovalFilter,
  ApprovalReply,
  AuditFilter,
  AuditList,
  AuditNote,
  Conversation,
  ConversationOptions,
  FleetEvents,
  FleetHealth,
  FleetStatus,
  Job,
  JobFilter,
  JobList,
  JobModifications,
  LogEntry,
  LogStreamOptions,
  MemoryInfo,
  OutputLine,
  QueueInfo,
  ScheduleFireFilter,
  ScheduleFireList,
  ScheduleInfo,
  Session,
  SessionFilter,
  SessionMessageFilter,
  SessionMessagePage,
  StopOptions,
  TriggerOptions,
  TriggerPlan,
  UsageInfo,
} from "@herdctl/core";
import type {
  JobLinesOptions,
  ScopeOptions,
  StreamedEvent,
  StreamOptions,
  UsageFilter,
} from "./operations.ts";

/** What a server needs of a fleet in its own process: a `FleetManager` is one. */
export interface FleetTarget extends AgentInstaller {
  on(event: StreamedEvent, listener: StreamedListener): unknown;
  off(event: StreamedEvent, listener: StreamedListener): unknown;
  /** Changes whenever the answer to a `polled` operation does. */
  getVersion(): string;
  getStatus(): FleetStatus;
  getHealth(): Promise<FleetHealth>;
  getAgents(): readonly AgentInfo[];
  getAgent(agentName: string): AgentInfo;
  getJobPage(filter?: JobFilter): JobList;
  getJob(jobId: string): Job;
  getQueue(): QueueInfo;
  getSchedules(): readonly ScheduleInfo[];
  getSchedule(agentName: string, scheduleName: string): ScheduleInfo;
  getScheduleFires(filter?: ScheduleFireFilter): ScheduleFireList;
  previewSchedule(agentName: string, scheduleName: string, count?: number): readonly Date[];
  enableSchedule(agentName: string, scheduleName: string): Promise<void>;
  disableSchedule(agentName: string, scheduleName: string): Promise<void>;
  trigger(agentName: string, scheduleName?: string, options?: TriggerOptions): Promise<Job>;
  planTrigger(
    agentName: string,
    scheduleName?: string,
    options?: TriggerOptions,
  ): Promise<TriggerPlan>;
  forkJob(jobId: string, modifications?: JobModifications): Promise<Job>;
  retryJob(jobId: string): Promise<Job>;
  resumeJob(jobId: string, prompt: string): Promise<Job>;
  waitForJob(jobId: string, options?: StreamOptions): Promise<Job>;
  cancelJob(jobId: string): Promise<void>;
  cancelAll(scope?: ScopeOptions): Promise<readonly string[]>;
  getApprovals(filter?: ApprovalFilter): readonly Approval[];
  answerApproval(
    approvalId: string,
    reply: ApprovalReply,
    options?: { readonly by?: string },
  ): Promise<Approval>;
  openConversation(agentName: string, options?: ConversationOptions): Promise<HeldConversation>;
  pause(agentName?: string): Promise<void>;
  resume(agentName?: string): Promise<boolean>;
  getSessions(filter?: SessionFilter): Promise<readonly Session[]>;
  getSession(sessionId: string): Promise<Session>;
  getSessionMessages(sessionId: string, filter?: SessionMessageFilter): Promise<SessionMessagePage>;
  getMemory(agentName: string, options?: { readonly search?: string }): readonly MemoryInfo[];
  forgetMemory(agentName: string, key?: string): Promise<number>;
  getAudit(filter?: AuditFilter): AuditList;
  getUsage(filter: UsageFilter): readonly UsageInfo[];
  reload(): Promise<void>;
  /** Puts in the audit what did not reach the fleet. */
  recordInAudit(note: AuditNote): Promise<void>;
  /** Has values masked in everything that the fleet says. */
  conceal(values: Iterable<string>): void;
  stop(options?: StopOptions): Promise<void>;
  streamLogs(options?: LogStreamOptions): AsyncIterable<LogEntry>;
  streamJobLines(jobId: string, options?: JobLinesOptions): AsyncIterable<OutputLine>;
}

/** What is asked of a conversation that the fleet's process holds. */
export type HeldConversation = Pick<
  Conversation,
  "agentName" | "key" | "sessionId" | "jobId" | "state" | "send" | "interrupt" | "rest" | "close"
>;

type StreamedListener = (payload: FleetEvents[StreamedEvent][0]) => void;
