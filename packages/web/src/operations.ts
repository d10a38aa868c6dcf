import type {
  AgentInfo,
  AgentInstaller,
  Approval,
  ApprovalFilter,
  ApprovalReply,
  AuditFilter,
  AuditList,
  ConversationEvent,
  ConversationOptions,
  ConversationState,
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
  SendOptions,
  Session,
  SessionFilter,
  SessionMessageFilter,
  SessionMessagePage,
  StopOptions,
  TriggerOptions,
  TriggerPlan,
  TurnContent,
  UsageInfo,
} from "@herdctl/core";
import type { Gap } from "./ring.ts";

/**
 * What a client can do with a fleet, whether the fleet is in this process
 * ({@link localOperations}) or in a daemon ({@link createFleetClient}). Names and results are those
 * of `FleetManager`; a job may be named by its id, a unique prefix of it, or `latest`.
 */
export interface FleetOperations extends AgentInstaller {
  getStatus(): Promise<FleetStatus>;
  /** Whether the fleet can do its work; writes once to its store to be sure. */
  getHealth(): Promise<FleetHealth>;
  getAgents(): Promise<readonly AgentInfo[]>;
  getAgent(agentName: string): Promise<AgentInfo>;
  getJobs(filter?: JobFilter): Promise<JobList>;
  getJob(jobId: string): Promise<Job>;
  getQueue(): Promise<QueueInfo>;
  getSchedules(): Promise<readonly ScheduleInfo[]>;
  getSchedule(agentName: string, scheduleName: string): Promise<ScheduleInfo>;
  /** What became of the due instants of schedules, latest first. */
  getScheduleFires(filter?: ScheduleFireFilter): Promise<ScheduleFireList>;
  /** The next instants at which a schedule fires, or would if it were enabled and the fleet ran. */
  previewSchedule(
    agentName: string,
    scheduleName: string,
    count?: number,
  ): Promise<readonly Date[]>;
  enableSchedule(agentName: string, scheduleName: string): Promise<void>;
  /** Switches a schedule off, over restarts. */
  disableSchedule(agentName: string, scheduleName: string): Promise<void>;
  /** Resolves when the job is durably stored. */
  trigger(agentName: string, scheduleName?: string, options?: ClientTriggerOptions): Promise<Job>;
  /** What {@link trigger} would run, without running it. */
  planTrigger(
    agentName: string,
    scheduleName?: string,
    options?: ClientTriggerOptions,
  ): Promise<TriggerPlan>;
  /** A new job from an old one, with the configuration that the old one ran with. */
  forkJob(jobId: string, modifications?: JobModifications): Promise<Job>;
  /** The same request once more, with today's configuration. */
  retryJob(jobId: string): Promise<Job>;
  /** Another request in the session of a job. */
  resumeJob(jobId: string, prompt: string): Promise<Job>;
  /** Resolves with the job once it is over; rejects with the signal's reason when that aborts. */
  waitForJob(jobId: string, options?: StreamOptions): Promise<Job>;
  /** Resolves when nothing of the job is alive. */
  cancelJob(jobId: string): Promise<void>;
  /** Cancels every job of an agent or of the fleet; resolves with their ids when nothing of them is alive. */
  cancelAll(scope?: ScopeOptions): Promise<readonly string[]>;
  /** Tool calls that wait for a person, and those that did, oldest first. */
  getApprovals(filter?: ApprovalFilter): Promise<readonly Approval[]>;
  /** Answers one, by its id or a unique prefix: a verdict, or to a question an answer. */
  answerApproval(
    approvalId: string,
    reply: ApprovalReply,
    options?: { readonly by?: string },
  ): Promise<Approval>;
  /**
   * Opens a conversation, or joins it where it is open; nothing runs before its first message. Whoever
   * holds the fleet holds it, until it is closed.
   */
  openConversation(agentName: string, options?: OpenOptions): Promise<ConversationInfo>;
  /** Says something in an open conversation; resolves with the id of the turn, whose events follow. */
  sendMessage(
    conversation: ConversationRef,
    content: TurnContent,
    options?: MessageOptions,
  ): Promise<string>;
  /** Ends the turn in progress, and nothing else; resolves once it has ended. */
  interruptConversation(conversation: ConversationRef): Promise<void>;
  /** Closes it; resolves once nothing of it is alive. Its key opens it again. */
  closeConversation(conversation: ConversationRef): Promise<void>;
  /** Pauses an agent or the fleet, over restarts. */
  pause(agentName?: string): Promise<void>;
  /** Takes a pause back; resolves with whether there was one. */
  resume(agentName?: string): Promise<boolean>;
  /** Sessions of agents, last used first. */
  getSessions(filter?: SessionFilter): Promise<readonly Session[]>;
  /** By its id, or a unique start of it. */
  getSession(sessionId: string): Promise<Session>;
  /** What was said in a session, oldest first, page by page. */
  getSessionMessages(sessionId: string, filter?: SessionMessageFilter): Promise<SessionMessagePage>;
  /** What an agent remembers over its jobs, ordered by key; with `search`, in key or text. */
  getMemory(
    agentName: string,
    options?: { readonly search?: string },
  ): Promise<readonly MemoryInfo[]>;
  /** Makes an agent forget one entry, or without a key all; resolves with how many. */
  forgetMemory(agentName: string, key?: string): Promise<number>;
  /** Who asked the fleet for what, and what came of it, latest first. */
  getAudit(filter?: AuditFilter): Promise<AuditList>;
  getUsage(filter: UsageFilter): Promise<readonly UsageInfo[]>;
  /** Loads the configuration anew; resolves with what has changed. */
  reload(): Promise<readonly string[]>;
  /**
   * Stops the fleet; resolves when it has stopped, over a socket when its daemon is gone. Over the network
   * it throws `DAEMON_UNREACHABLE` when it cannot be known whether it has.
   */
  stop(options?: StopOptions): Promise<void>;
  /** History first, then live. Ends when the signal aborts. */
  streamLogs(options?: LogStreamOptions & StreamOptions): AsyncIterable<LogEntry>;
  /** History first, then live (unless `follow` is false); ends with the job. */
  streamJobLines(jobId: string, options?: JobLinesOptions): AsyncIterable<OutputLine>;
  /** What happens in an open conversation: what is kept of it, then live; ends when it is closed. */
  streamConversation(
    conversation: ConversationRef,
    options?: ConversationStreamOptions,
  ): AsyncIterable<ConversationEvent | Gap>;
  /** What happens from the first read on. Output and log are streams of their own. */
  streamEvents(options?: StreamOptions): AsyncIterable<FleetEvent>;
}

/** One agent, or without a name the whole fleet. */
export interface ScopeOptions {
  readonly agentName?: string;
}

/** What a client triggers is `manual`: other origins are those of parts of the fleet itself. */
export type ClientTriggerOptions = Omit<TriggerOptions, "trigger">;

/** Selects usage. */
export interface UsageFilter {
  /** First day, local date: `2026-01-31`. */
  readonly since: string;
  readonly agentName?: string;
}

/** Options of {@link FleetOperations.openConversation}. */
export type OpenOptions = Pick<ConversationOptions, "key" | "resume" | "idleTimeout">;

/** An open conversation. */
export interface ConversationRef {
  readonly agentName: string;
  readonly key: string;
}

/** Where an open conversation stands. */
export interface ConversationInfo extends ConversationRef {
  readonly state: ConversationState;
  readonly sessionId?: string;
  /** Of the live process, or of the one that is to be. */
  readonly jobId?: string;
  /** Id of the newest event: a stream after it misses nothing. */
  readonly lastEventId: string;
}

/** Options of {@link FleetOperations.sendMessage}: a message whose id is known already is not sent again. */
export type MessageOptions = Pick<SendOptions, "id" | "verbatim">;

/** Selects events of a conversation. */
export interface ConversationStreamOptions extends StreamOptions {
  /** Id of an event, such as `lastEventId`: those after it. */
  readonly after?: string;
}

/** Steers a stream or a wait. */
export interface StreamOptions {
  /** Ends it from the outside. */
  readonly signal?: AbortSignal;
  /** Told `false` when its daemon has not answered for a second, and `true` when one does again. */
  readonly onPresence?: (isThere: boolean) => void;
}

/** Selects lines of a job's output. */
export interface JobLinesOptions extends StreamOptions {
  /** First line, 1 by default. */
  readonly fromSeq?: number;
  /** `false`: end after what there is. */
  readonly follow?: boolean;
}

/** Events that are not in {@link FleetEvent}: they have streams of their own, or are for listeners. */
type UnstreamedEvent = "job:output" | "log" | "error";

/** Names of the events of a fleet that {@link FleetOperations.streamEvents} carries. */
export type StreamedEvent = Exclude<keyof FleetEvents, UnstreamedEvent>;

/**
 * An event of the fleet. `gap`: events were lost, because this reader was away for too long or the
 * daemon is another one; what it knows must be queried anew.
 */
export type FleetEvent =
  | {
      readonly [Type in StreamedEvent]: { readonly type: Type } & FleetEvents[Type][0];
    }[StreamedEvent]
  | Gap;
