import type { ResolvedAgent, RuntimeType } from "../config/resolved.ts";
import type { Clock } from "../clock.ts";
import type { Logger, LogLevel } from "../logger.ts";
import type { RuntimeFactoryOptions } from "../runner/runtime/factory.ts";
import type { RuntimeInterface } from "../runner/runtime/interface.ts";
import type {
  ClaimedItem,
  ExitReason,
  ExpectResult,
  HookResult,
  JobReport,
  JobStatus,
  ModelUsage,
  PermissionDenial,
  SentFile,
  TriggerType,
  WaitReason,
} from "../state/job-record.ts";

/** Where a fleet manager is in its life. */
export type FleetState = "uninitialized" | "initialized" | "running" | "stopping" | "stopped";

/** Options of {@link FleetManager}. Only `configPath` and `stateDir` are needed. */
export interface FleetManagerOptions {
  /** Fleet file, folder of agent files, or one agent file. */
  readonly configPath: string;
  /** Folder of the durable state, created when missing. */
  readonly stateDir: string;
  /**
   * For queries alone, also where `stateDir` cannot be written: it must exist, and whatever would
   * change something is refused with `STATE_DIR`.
   */
  readonly readOnly?: boolean;
  readonly logger?: Logger;
  readonly scheduler?: {
    /** Longest sleep between two looks at the clock, milliseconds (default 30,000). */
    readonly checkInterval?: number;
  };
  readonly concurrency?: {
    /** Concurrent jobs per agent (default 1); an agent's own `concurrency` wins. */
    readonly perAgent?: number;
    /** Concurrent jobs over all agents (default: no limit). */
    readonly fleetWide?: number;
  };
  readonly history?: {
    /** Finished jobs kept per agent (default 100). */
    readonly maxJobsPerAgent?: number;
    readonly maxJobsTotal?: number;
    /** Milliseconds that finished jobs (default: for ever), fires and the log (30 days) are kept. */
    readonly maxAge?: number;
  };
  /** Initializes and starts at once; `fleet.ready` tells when, or why not. */
  readonly autoStart?: boolean;
  /** Reload by itself when a configuration file changes, while running (default `false`). */
  readonly watchConfig?: boolean;
  /** `claude` binary for every agent (default: `claude` on PATH when new enough, else the SDK's own). */
  readonly claudePath?: string;
  /** Environment that configuration and agents see (default `process.env`). */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
  /** Makes the runtime of an agent (default `RuntimeFactory.create`): for tests and measurements. */
  readonly runtimeFactory?: (
    agent: ResolvedAgent,
    options: RuntimeFactoryOptions,
  ) => RuntimeInterface;
}

/** A job as callers see it. */
export interface Job {
  readonly id: string;
  /** Qualified agent name. */
  readonly agentName: string;
  readonly scheduleName?: string;
  readonly trigger: TriggerType;
  readonly status: JobStatus;
  readonly exitReason?: ExitReason;
  readonly waitingFor?: WaitReason;
  /** The approval that it waits for. */
  readonly approvalId?: string;
  readonly prompt: string;
  /** What it took from its work source. */
  readonly workItem?: ClaimedItem;
  readonly priority: number;
  readonly attempt: number;
  readonly createdAt: Date;
  readonly startedAt?: Date;
  readonly completedAt?: Date;
  /** From start to end, milliseconds. */
  readonly durationMs?: number;
  readonly runtime: RuntimeType;
  readonly workingDirectory: string;
  readonly sessionId?: string;
  /** Why the session is a fresh one although an earlier one was to be continued. */
  readonly sessionNote?: string;
  /** When a waiting job goes on. */
  readonly wakeAt?: Date;
  readonly forkedFrom?: string;
  /** The job whose agent asked for this one. */
  readonly parentJobId?: string;
  /** Agents that asked for one another, down to the one that asked for this job. */
  readonly lineage?: readonly string[];
  /** Why it is to run, in the words of the agent that planned it. */
  readonly reason?: string;
  /** What the agent reported last. */
  readonly report?: JobReport;
  /** Files that the agent handed over. */
  readonly files?: readonly SentFile[];
  /** First cause to ask for the job's end. */
  readonly cancelCause?: string;
  readonly error?: { readonly message: string; readonly code?: string };
  /** Present once the job is over. */
  readonly result?: JobResult;
  /** Rendered output, at most its last 1 MiB; read from disk on access. Absent in lists. */
  readonly output?: string;
  readonly outputTruncated?: boolean;
}

/** What came out of a job. */
export interface JobResult {
  readonly success: boolean;
  readonly exitReason: ExitReason;
  /** The final answer. */
  readonly summary?: string;
  readonly turns: number;
  /** US dollars, as Claude Code reports them. */
  readonly costUsd: number;
  readonly usage: Readonly<Record<string, ModelUsage>>;
  readonly permissionDenials: readonly PermissionDenial[];
  readonly structuredOutput?: unknown;
  /** Hooks that were started, in their order. */
  readonly hooks?: readonly HookResult[];
  /** Checks of what the run was expected to leave behind. */
  readonly expect?: readonly ExpectResult[];
}

/** A page of {@link Job}s, newest first. */
export interface JobList {
  readonly jobs: readonly Job[];
  readonly nextCursor?: string;
}

/** Selects jobs. */
export interface JobFilter {
  readonly agentName?: string;
  readonly scheduleName?: string;
  readonly status?: JobStatus;
  readonly trigger?: TriggerType;
  readonly startedAfter?: Date;
  readonly startedBefore?: Date;
  /** Part of the prompt, the summary or the error. */
  readonly text?: string;
  /** At most this many (default: all that are kept; of a page, 100). */
  readonly limit?: number;
  readonly cursor?: string;
}

/** The fleet at one instant. */
export interface FleetStatus {
  readonly state: FleetState;
  /** Milliseconds since `start`; 0 when not running. */
  readonly uptime: number;
  readonly name?: string;
  readonly configPath: string;
  readonly stateDir: string;
  readonly pid: number;
  readonly agents: { readonly total: number; readonly running: number; readonly idle: number };
  /** Paused by hand as a whole. */
  readonly paused: boolean;
  readonly jobs: {
    readonly active: number;
    readonly queued: number;
    readonly waiting: number;
    readonly completed: number;
    readonly failed: number;
    readonly cancelled: number;
  };
  readonly scheduler: { readonly nextTrigger: Date | null; readonly activeSchedules: number };
  /** What the state directory takes up. */
  readonly storage: {
    readonly databaseBytes: number;
    readonly outputBytes: number;
    readonly logBytes: number;
  };
}

/** An agent at one instant. */
export interface AgentInfo {
  /** Qualified name. */
  readonly name: string;
  readonly description?: string;
  readonly state: "running" | "idle";
  /** Paused by hand, or with the whole fleet: queued jobs wait, scheduled fires are skipped. */
  readonly paused: boolean;
  readonly runtime: RuntimeType;
  readonly model?: string;
  readonly workingDirectory: string;
  readonly configPath: string;
  readonly concurrency: {
    readonly running: number;
    readonly queued: number;
    readonly limit: number;
  };
  /** The job that has been running longest. */
  readonly currentJob?: string;
  readonly runningJobs: readonly string[];
  /** The last job that ended. */
  readonly lastJob?: string;
  readonly schedules: readonly string[];
  readonly nextTrigger: Date | null;
}

/** A schedule at one instant. */
export interface ScheduleInfo {
  readonly agentName: string;
  readonly name: string;
  readonly type: "interval" | "cron" | "webhook" | "chat";
  /** The interval or cron expression as written. */
  readonly interval?: string;
  readonly timezone?: string;
  readonly enabled: boolean;
  readonly nextTrigger: Date | null;
  readonly lastTrigger?: Date;
  readonly lastJob?: string;
  readonly prompt?: string;
}

/** Jobs that wait for their turn, in the order in which they will run. */
export interface QueueInfo {
  readonly total: number;
  readonly items: readonly {
    readonly jobId: string;
    readonly agentName: string;
    readonly priority: number;
    /** 1 is next. */
    readonly position: number;
    readonly queuedAt: Date;
    /** Whose limit it waits for; `paused`: for a `resume` of its agent or of the fleet. */
    readonly waitingFor: "agent" | "fleet" | "paused";
  }[];
}

/** Runtime options of a trigger. */
export interface TriggerOptions {
  /** Used instead of the configured prompt. */
  readonly promptOverride?: string;
  /** Items of work, added to the prompt as JSON. */
  readonly workItems?: readonly WorkItem[];
  readonly priority?: number;
  /** `false`: refuse with `ConcurrencyLimitError` at the limit instead of queueing. */
  readonly queue?: boolean;
  /** Continue exactly this session, named by its id or a unique start of it. */
  readonly resume?: string;
  readonly trigger?: TriggerType;
}

/** What a fork changes of the job it repeats. */
export interface JobModifications {
  readonly promptOverride?: string;
  readonly workItems?: readonly WorkItem[];
  readonly priority?: number;
  readonly model?: string;
  readonly maxTurns?: number;
  /** `fork`: branch the original's conversation; by default a fresh one. */
  readonly session?: "new" | "fork";
}

/** One thing to work on, handed over by whoever triggers. */
export interface WorkItem {
  readonly type: string;
  readonly url?: string;
  readonly [fact: string]: unknown;
}

/** What a trigger would run, without running it. */
export interface TriggerPlan {
  readonly agentName: string;
  readonly scheduleName?: string;
  /** The prompt as Claude would get it. */
  readonly prompt: string;
  readonly workingDirectory: string;
  readonly runtime: RuntimeType;
  readonly model?: string;
  readonly permissionMode: string;
  readonly allowedTools: readonly string[];
  readonly deniedTools: readonly string[];
  readonly mcpServers: readonly string[];
  readonly settingSources: readonly string[];
  readonly limits: {
    readonly timeout?: number;
    readonly maxTurns?: number;
    readonly maxBudgetUsd?: number;
  };
  readonly claudePath: string;
}

/** What was used on one day, of one model, by one agent. */
export interface UsageInfo extends ModelUsage {
  /** Local date, `2026-01-31`. */
  readonly day: string;
  readonly agentName: string;
  readonly model: string;
}

/** How to stop. */
export interface StopOptions {
  /** Wait for running jobs (default `true`); `false` cancels them at once. */
  readonly waitForJobs?: boolean;
  /**
   * Leave jobs of the `cli` runtime to themselves: their claude goes on, and the next start reads what
   * it said meanwhile. Other jobs are waited for.
   */
  readonly leaveRunning?: boolean;
  /** Milliseconds to wait before jobs are cancelled (default 30,000). */
  readonly timeout?: number;
  readonly onProgress?: (status: { readonly pendingJobs: number }) => void;
  /** Told in the `stopped` event. */
  readonly reason?: string;
}

/** One line of the fleet's log. */
export interface LogEntry {
  /** Place in the daemon's log, over restarts; absent when the entry is in no file. */
  readonly seq?: number;
  readonly timestamp: Date;
  readonly level: LogLevel;
  /** `fleet`, `scheduler` or `job`. */
  readonly source: string;
  readonly message: string;
  readonly agentName?: string;
  readonly jobId?: string;
}

/** Selects log entries. */
export interface LogStreamOptions {
  /** This level and above (default `info`). */
  readonly level?: LogLevel;
  readonly agentName?: string;
  readonly jobId?: string;
  /** Only the last of the history. */
  readonly tail?: number;
  /** From this place in the daemon's log on; wins over `tail`. */
  readonly fromSeq?: number;
  /** Go on with what happens (default `true`). */
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}
