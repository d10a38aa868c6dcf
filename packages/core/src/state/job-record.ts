/** Where a job is in its life. `completed`, `failed` and `cancelled` are final. */
export type JobStatus = "queued" | "running" | "waiting" | "completed" | "failed" | "cancelled";

/** Why a job ended. Only `success` goes with `completed`. */
export type ExitReason =
  | "success"
  | "error"
  | "timeout"
  | "cancelled"
  | "max_turns"
  | "budget"
  | "rate_limited"
  | "auth"
  | "interrupted"
  | "empty"
  | "unverified"
  | "denied"
  | "oom"
  | "rejected"
  | "agent_removed";

/** What asked for a job. */
export type TriggerType = "manual" | "schedule" | "webhook" | "chat" | "fork" | "agent";

/** What a job in `waiting` waits for; `time`: an agent asked for it to run then. */
export type WaitReason = "retry" | "window" | "session" | "approval" | "question" | "time";

/**
 * Identity of a process: pid alone is reused, so the kernel's start time (clock ticks since boot)
 * and the boot id belong to it. Recorded before the process may act.
 */
export interface ProcessRecord {
  readonly pid: number;
  readonly startTicks: number;
  readonly bootId: string;
  /** Value of `HERDCTL_JOB` in the environment of everything that the job starts. */
  readonly marker: string;
  /** Name of the container that the process has started and stands for: its end is the container's. */
  readonly container?: string;
  /** That container was there before and stays: with the process, only what runs in it ends. */
  readonly keepsContainer?: true;
}

/** Tokens and cost of one model within a job. */
export interface ModelUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheCreationTokens: number;
  /** US dollars. */
  readonly costUsd: number;
}

/** A tool call that was refused. */
export interface PermissionDenial {
  readonly toolName: string;
  readonly toolUseId: string;
  readonly input: unknown;
}

/** When a hook runs. */
export type HookPhase = "before_run" | "after_run" | "on_error";

/** A hook that was started for a job. Without `success`, nobody knows how it ended. */
export interface HookResult {
  readonly phase: HookPhase;
  /** Place in its list, from 0. */
  readonly index: number;
  readonly hookType: "shell" | "webhook" | "discord" | "slack";
  readonly name?: string;
  readonly startedAt: string;
  readonly success?: boolean;
  readonly durationMs?: number;
  readonly exitCode?: number;
  /** What went wrong, for a person. */
  readonly error?: string;
  /** The last part of its standard output. */
  readonly output?: string;
}

/** A check of what a run was expected to leave behind. */
export interface ExpectResult {
  readonly type: "command" | "file" | "json_schema";
  /** The command line, the path, or the name of the schema. */
  readonly subject: string;
  readonly success: boolean;
  /** What was not as expected, for a person. */
  readonly error?: string;
}

/** An item of work that a job took from a work source. */
export interface ClaimedItem {
  /** Type of the work source. */
  readonly source: string;
  /** Names it within its source. */
  readonly id: string;
  readonly title: string;
  /** What is to be done. */
  readonly text: string;
  /** Where a person finds it: a path or an address. */
  readonly location: string;
}

/** What an agent says of its own work. */
export interface JobReport {
  readonly status: "success" | "partial" | "failure";
  readonly summary: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** A file that an agent handed over: a copy, which stays as it was. */
export interface SentFile {
  readonly name: string;
  /** Absolute path of the copy. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly mimeType: string;
  readonly title?: string;
}

/**
 * The durable record of one request. Plain JSON: times are ISO-8601 UTC with milliseconds, durations
 * are milliseconds. `node`, `leaseUntil` and `fence` say which process owns it, so that several
 * machines can share a store later.
 */
export interface JobRecord {
  readonly id: string;
  /** Qualified agent name. */
  readonly agentName: string;
  readonly scheduleName?: string;
  readonly trigger: TriggerType;
  readonly status: JobStatus;
  readonly exitReason?: ExitReason;
  /** As requested: variables and work items are put in when the job starts. */
  readonly prompt: string;
  readonly workItems?: readonly Readonly<Record<string, unknown>>[];
  /** Takes an item from its work source when it starts. */
  readonly takesWork?: boolean;
  /** The item that it took. */
  readonly workItem?: ClaimedItem;
  readonly priority: number;
  /** Position within one priority: increases with each job that is stored. */
  readonly queueSeq: number;
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  /** 0 until the first attempt starts. */
  readonly attempt: number;
  /** Increases with each owner; a command with an older fence is refused. */
  readonly fence: number;
  readonly node?: string;
  readonly leaseUntil?: string;
  /** Its place among the running jobs of its agent, from 1, while it runs: no two of them have the same. */
  readonly slot?: number;
  /** What acts for the job now: claude, a hook or a check. */
  readonly process?: ProcessRecord;
  /** The claude of this attempt; whoever takes the job over reads on what it says. */
  readonly launch?: { readonly process: ProcessRecord; readonly at: string };
  readonly runtime: "sdk" | "cli";
  readonly workingDirectory: string;
  /** The conversation whose turns it takes, and the process that has its other end: only that runs it. */
  readonly conversation?: { readonly key: string; readonly node: string };
  readonly sessionId?: string;
  /** Session that the first attempt continues or forks. */
  readonly session?: { readonly mode: "new" | "resume" | "fork"; readonly from?: string };
  /** First cause to ask for the job's end: `user`, `timeout`, `shutdown`, `agent_removed` …. */
  readonly cancelCause?: string;
  readonly waitingFor?: WaitReason;
  readonly wakeAt?: string;
  /** The request to a person that it waits for; its next attempt carries out the call that it is about. */
  readonly approvalId?: string;
  /** The request whose call was lost with its claude: Claude is asked to make it once more. */
  readonly lostCall?: string;
  /** Why the session is a fresh one although an earlier one was to be continued. */
  readonly sessionNote?: string;
  /** What the next attempt is asked instead of the prompt: it continues the session of the last one. */
  readonly continuation?: string;
  /** Milliseconds that earlier attempts ran: waiting does not count against the timeout. */
  readonly ranMs?: number;
  /** How often it was tried again after a transient failure; waiting for a window is none. */
  readonly retries?: number;
  /** How often its owner ended before claude could begin. */
  readonly startsLost?: number;
  /** Configuration that it ran with, in the store's snapshots. */
  readonly configHash?: string;
  readonly forkedFrom?: string;
  /** What a fork changes of the configuration it repeats. */
  readonly modifications?: { readonly model?: string; readonly maxTurns?: number };
  /** The job whose agent asked for this one. */
  readonly parentJobId?: string;
  /** Agents that asked for one another, down to the one that asked for this job. */
  readonly lineage?: readonly string[];
  /** Why it is to run, in the words of the agent that planned it. */
  readonly reason?: string;
  /** Wall clock limit, milliseconds. */
  readonly timeout?: number;
  readonly maxTurns?: number;
  /** The final answer, or the start of it. */
  readonly summary?: string;
  /** What went wrong, for a person. */
  readonly error?: { readonly message: string; readonly code?: string };
  readonly turns?: number;
  readonly costUsd?: number;
  readonly usage?: Readonly<Record<string, ModelUsage>>;
  readonly permissionDenials?: readonly PermissionDenial[];
  readonly structuredOutput?: unknown;
  /** What the agent reported last. */
  readonly report?: JobReport;
  readonly files?: readonly SentFile[];
  /** Hooks that were started, in their order. */
  readonly hooks?: readonly HookResult[];
  readonly expect?: readonly ExpectResult[];
  /** State of the files that it is expected to change before its first attempt, by path. */
  readonly before?: Readonly<Record<string, string>>;
  /** How the run ended, while hooks still run; a crash of herdctl does not make it another end. */
  readonly settled?: Partial<JobRecord> & {
    readonly status: "completed" | "failed" | "cancelled";
    readonly exitReason: ExitReason;
  };
  /** Size of `jobs/<id>.jsonl`, stored at the end. */
  readonly output?: { readonly bytes: number; readonly lines: number };
  /** Bytes of what else it needs and leaves: files between herdctl and claude, files that were sent. */
  readonly folderBytes?: number;
  /** Span of its last run, as the W3C writes it; where jobs are traced. */
  readonly traceparent?: string;
  /** The outcome of an owner that had lost the job meanwhile. */
  readonly lateResult?: Readonly<Record<string, unknown>>;
}

/** Statuses that a job never leaves. */
const finalStatuses: readonly JobStatus[] = ["completed", "failed", "cancelled"];

/** Tells whether a job in this status is over. */
export function isFinal(status: JobStatus): boolean {
  return finalStatuses.includes(status);
}
