import type { ApprovalStore } from "./approval-store.ts";
import type { AuditStore } from "./audit-store.ts";
import type { ClaimStore } from "./claim-store.ts";
import type { ExitReason, JobRecord, JobStatus, TriggerType, WaitReason } from "./job-record.ts";
import type { MemoryStore } from "./memory-store.ts";
import type { PauseStore } from "./pause-store.ts";
import type { ScheduleStore } from "./schedule-store.ts";
import type { SnapshotStore } from "./snapshot-store.ts";
import type { ToolCallStore } from "./tool-call-store.ts";
import type { UsageStore } from "./usage-store.ts";

/**
 * Durable state. Reads are synchronous and local; writes are commands that carry their guard, run in
 * one transaction and resolve once they are on disk. Nobody checks on a read and then acts: a limit,
 * a lease or a uniqueness rule is inside the command.
 */
export interface StateStore {
  readonly jobs: JobStore;
  readonly fires: FireStore;
  readonly schedules: ScheduleStore;
  readonly sessions: SessionStore;
  readonly usage: UsageStore;
  readonly pauses: PauseStore;
  readonly snapshots: SnapshotStore;
  readonly claims: ClaimStore;
  readonly approvals: ApprovalStore;
  readonly memory: MemoryStore;
  readonly toolCalls: ToolCallStore;
  readonly audit: AuditStore;
  /** Changes whenever any process has stored something; cheap enough to poll. */
  dataVersion(): number;
  /** Writes what is there already, to learn whether it can. */
  probe(): Promise<void>;
  /** Does this while no process writes to the store; for files beside it that have one writer. */
  exclusively<T>(action: () => T): Promise<T>;
  /** Waits for every write that was asked for, then closes. */
  close(): Promise<void>;
}

/** Fields of a new job that its creator knows. */
export type NewJob = Omit<
  JobRecord,
  | "status"
  | "queueSeq"
  | "createdAt"
  | "attempt"
  | "fence"
  | "exitReason"
  | "startedAt"
  | "finishedAt"
>;

/** Fields that an owner may change while the job runs. */
export type JobPatch = Partial<
  Omit<
    JobRecord,
    | "id"
    | "agentName"
    | "trigger"
    | "status"
    | "exitReason"
    | "queueSeq"
    | "createdAt"
    | "finishedAt"
    | "fence"
    | "node"
    | "leaseUntil"
    | "cancelCause"
  >
>;

export interface JobListFilter {
  readonly agentName?: string;
  readonly scheduleName?: string;
  readonly status?: JobStatus | readonly JobStatus[];
  readonly trigger?: TriggerType;
  /** ISO times, on `startedAt` (else `createdAt`). */
  readonly startedAfter?: string;
  readonly startedBefore?: string;
  /** Substring of prompt, summary or error. */
  readonly text?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

export interface JobPage {
  /** Newest first. */
  readonly jobs: readonly JobRecord[];
  readonly nextCursor?: string;
}

/** Who admits, and how much may run at once over all processes that share the store. */
export interface AdmitRequest {
  readonly node: string;
  /** ISO time until which the owner is believed without a sign of life. */
  readonly leaseUntil: string;
  /** Limit by qualified agent name; agents that are not listed admit nothing. */
  readonly perAgent: Readonly<Record<string, number>>;
  readonly fleetWide?: number;
  /** Jobs of conversations with their other end in this process, which no other one may admit. */
  readonly conversations?: readonly string[];
  /** Only these jobs: a foreground trigger admits its own. */
  readonly only?: readonly string[];
  /** At most this many at once. */
  readonly max?: number;
}

/** How a job ended. */
export interface FinishJob extends JobPatch {
  readonly status: "completed" | "failed" | "cancelled";
  readonly exitReason: ExitReason;
}

/** Identifies an owner's hold on a job. */
export interface JobHold {
  readonly id: string;
  readonly fence: number;
}

/** A job that waits for its time. */
export interface PlannedJob {
  readonly job: JobRecord;
  /** Id of the one whose place it took. */
  readonly replaced?: string;
}

export interface JobStore {
  get(id: string): JobRecord | undefined;
  /** Ids that start with this prefix, oldest first, at most `limit`. */
  idsWithPrefix(prefix: string, limit: number): readonly string[];
  latestId(): string | undefined;
  list(filter: JobListFilter): JobPage;
  /** Jobs that are not final, in the order of their creation. */
  live(): readonly JobRecord[];
  /** Queued jobs in the order in which they will be admitted. */
  queue(): readonly JobRecord[];
  /** Number of jobs by agent and status, of all agents or of one; does not count rows. */
  totals(agentName?: string): readonly {
    readonly agentName: string;
    readonly status: JobStatus;
    readonly count: number;
  }[];

  /**
   * Stores a job as `queued`. With `fire`, resolves that fire in the same transaction, or
   * refuses (`undefined`) when it is no longer ours. With `limit`, refuses when that many jobs of the
   * agent run or are queued: for triggers that must not queue.
   */
  enqueue(
    job: NewJob,
    options?: { readonly fire?: FiringClaim; readonly limit?: number },
  ): Promise<JobRecord | undefined>;
  /**
   * Stores a job as `waiting` for its time. It takes the place of one that an earlier job has planned
   * for the same agent and schedule: that one is cancelled as `replaced`. A job that is there already
   * is left alone.
   */
  enqueueLater(job: NewJob, wakeAt: string): Promise<PlannedJob>;
  /**
   * Moves queued jobs to `running` in queue order, passing over agents at their limit and other
   * processes' conversations.
   */
  admit(request: AdmitRequest): Promise<readonly JobRecord[]>;
  /** Changes fields of a job that this owner still holds; `false`: it does not. */
  update(hold: JobHold, patch: JobPatch): Promise<boolean>;
  /**
   * running → waiting. With `approvalId`, for that request to a person, and only until it is answered;
   * other requests of the job that are still open are withdrawn.
   */
  park(
    hold: JobHold,
    wait: { readonly waitingFor: WaitReason; readonly wakeAt?: string } & JobPatch,
  ): Promise<boolean>;
  /** waiting → queued, keeping its place. A request to a person that it waits for expires. */
  wake(id: string): Promise<boolean>;
  /** running → final, with the session pointer in the same transaction. A late result is kept as `lateResult`. */
  finish(hold: JobHold, end: FinishJob, session?: SessionRecord): Promise<boolean>;
  /**
   * Asks for the end of a job; the first cause wins. A queued or waiting job is cancelled here and
   * now (`cancelled`), a running one is marked for its owner (`requested`), a final one is left
   * alone (`final`).
   */
  requestCancel(
    id: string,
    cause: string,
  ): Promise<"cancelled" | "requested" | "final" | "missing">;
  /** Gives a running job up while its claude goes on; whoever takes it over reads what that said. */
  leave(hold: JobHold): Promise<boolean>;
  /** Takes a running job whose owner is gone: new node and fence + 1. `undefined`: it moved meanwhile. */
  takeOver(
    hold: JobHold,
    owner: { readonly node: string; readonly leaseUntil: string },
  ): Promise<JobRecord | undefined>;
  /** Extends the lease of every running job of this node. */
  renewLeases(node: string, leaseUntil: string): Promise<void>;
  /** Bytes that output and folders of final jobs take up; does not count rows. */
  outputBytes(): number;
  /**
   * Removes final jobs beyond these numbers and those that ended before a time, oldest first; resolves
   * with the removed ids.
   */
  prune(keep: {
    readonly perAgent: number;
    readonly total?: number;
    /** ISO time. */
    readonly finishedAfter?: string;
    readonly max?: number;
  }): Promise<readonly string[]>;
}

/** One due instant of a schedule. */
export interface FireKey {
  readonly agentName: string;
  readonly scheduleName: string;
  /** ISO time at which it was due. */
  readonly dueAt: string;
  /** Counts up when the clock is set back, so that its times may come again (default 0). */
  readonly era?: number;
}

/** A due instant to decide. */
export interface OpenFire extends FireKey {
  /** Of its claim; absent: nobody has claimed it, and what decides it does so too. */
  readonly fence?: number;
}

/** A due instant that is ours to decide, as long as nobody has taken it over since. */
export interface FireClaim extends OpenFire {
  readonly fence: number;
}

/** A due instant that gets a job. */
export interface FiringClaim extends OpenFire {
  /** What the schedule's gate saw, to compare with the next time; kept with the job. */
  readonly gateValue?: string;
}

/** What became of a due instant. */
export type FireFate = "deciding" | "fired" | "skipped" | "missed";

/** Why a due instant made no job. */
export const skipReasons = [
  "already_running",
  "budget",
  "clock_changed",
  "concurrency_limit",
  "daemon_down",
  "disabled",
  "error",
  "gate",
  "no_work",
  "paused",
  "queue_full",
  "session_busy",
  "superseded",
  "suspended",
] as const;
export type SkipReason = (typeof skipReasons)[number];

export interface FireRecord extends FireKey {
  readonly fate: FireFate;
  /** Last instant of a range of equal fates; absent: just `dueAt`. */
  readonly until?: string;
  readonly count: number;
  readonly reason?: SkipReason;
  readonly jobId?: string;
  readonly decidedAt?: string;
}

/** An instant that somebody has claimed and not decided. */
export interface UndecidedFire extends FireClaim {
  /** Node that claimed it; absent: it was handed back. */
  readonly owner?: string;
}

export interface FirePage {
  /** Latest due time first. */
  readonly fires: readonly FireRecord[];
  readonly nextCursor?: string;
}

export interface FireStore {
  list(filter: {
    readonly agentName?: string;
    readonly scheduleName?: string;
    readonly limit?: number;
    readonly cursor?: string;
  }): FirePage;
  /** The last covered instant of a schedule. */
  last(agentName: string, scheduleName: string): FireRecord | undefined;
  /** Claimed instants without a fate, oldest first. */
  undecided(): readonly UndecidedFire[];
  /** Claims due instants that have no row yet; resolves with those that are now ours to decide. */
  claim(keys: readonly FireKey[], owner: string): Promise<readonly FireClaim[]>;
  /** Takes an undecided instant from an owner that is gone; `undefined`: it moved meanwhile. */
  takeOver(claim: FireClaim, owner: string): Promise<FireClaim | undefined>;
  /** Hands an undecided instant back: the next scheduler decides it. */
  release(claim: FireClaim): Promise<void>;
  /** Gives an instant its fate; `false`: it has one, or another owner. */
  resolve(
    fire: OpenFire,
    fate: { readonly fate: "skipped" | "missed"; readonly reason: SkipReason },
  ): Promise<boolean>;
  /**
   * Lets a job that an earlier instant made, and that has never started, stand for this one: the
   * earlier instant becomes skipped as `superseded`. `false`: the job has started.
   */
  supersede(fire: OpenFire, jobId: string): Promise<boolean>;
  /** Covers a range that was never claimed with one row; `false`: it is covered. */
  cover(
    range: FireKey & {
      readonly until: string;
      readonly count: number;
      readonly fate: "missed" | "skipped";
      readonly reason: SkipReason;
    },
  ): Promise<boolean>;
  /** Removes some rows before an ISO time, never a schedule's last; resolves with how many. */
  prune(before: string): Promise<number>;
}

/** A Claude conversation that later jobs may continue. */
export interface SessionRecord {
  readonly sessionId: string;
  readonly agentName: string;
  /** What continues it: `schedule:<name>`, `conversation:<id>`, or `agent` for the agent's last session. */
  readonly scope: string;
  readonly runtime: "sdk" | "cli";
  readonly container: boolean;
  readonly workingDirectory: string;
  readonly jobId: string;
  readonly createdAt: string;
  readonly lastUsedAt: string;
}

export interface SessionStore {
  get(sessionId: string): SessionRecord | undefined;
  /** The session that a scope continues. */
  current(agentName: string, scope: string): SessionRecord | undefined;
  /** Those of an agent, last used first. */
  list(agentName: string, limit?: number): readonly SessionRecord[];
  save(record: SessionRecord): Promise<void>;
  /**
   * One live job per session, until it ends: `false` when another one holds it. A job that waits keeps
   * its session, or somebody else would enter its conversation meanwhile.
   */
  lease(sessionId: string, hold: JobHold): Promise<boolean>;
}
