import type { ResolvedAgent, ResolvedHook } from "../config/resolved.ts";
import type {
  ExpectResult,
  HookPhase,
  JobRecord,
  JobReport,
  SentFile,
} from "../state/job-record.ts";
import type { FinishJob } from "../state/store.ts";

/** What a hook is told: `before_run`, or how the job ended. */
export type HookEvent = "before_run" | "completed" | "failed" | "timeout" | "cancelled";

/** What a hook gets as JSON. Times are ISO-8601, durations milliseconds. */
export interface HookContext {
  readonly event: HookEvent;
  readonly job: {
    readonly id: string;
    /** Qualified agent name. */
    readonly agentId: string;
    readonly scheduleName?: string;
    readonly trigger: string;
    readonly prompt: string;
    readonly attempt: number;
    readonly startedAt: string;
    readonly completedAt?: string;
    readonly durationMs?: number;
    readonly exitReason?: string;
    readonly sessionId?: string;
    readonly turns?: number;
    /** US dollars. */
    readonly costUsd?: number;
    readonly workItem?: { readonly source: string; readonly id: string; readonly title: string };
  };
  /** Absent before the run. */
  readonly result?: {
    readonly success: boolean;
    /** The final answer. */
    readonly output: string;
    readonly error?: string;
    readonly structuredOutput?: unknown;
    readonly expect?: readonly ExpectResult[];
  };
  readonly agent: { readonly id: string; readonly name?: string };
  /** What the agent reported last. */
  readonly report?: JobReport;
  /** Files that the agent handed over. */
  readonly files?: readonly SentFile[];
  /** Content of the agent's `metadata_file`. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export interface HookContextRequest {
  readonly job: JobRecord;
  readonly agent: Pick<ResolvedAgent, "qualifiedName" | "identity">;
  /** ISO time. */
  readonly now: string;
  /** How the run ended; absent before it. */
  readonly end?: FinishJob;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** What the hooks of a job are told. */
export function toHookContext(request: HookContextRequest): HookContext {
  const { agent, job, end, metadata } = request;
  const name = agent.identity?.name;
  return {
    event: end ? eventOf(end) : "before_run",
    job: jobFacts(request),
    ...(end && { result: resultFacts(end) }),
    agent: { id: agent.qualifiedName, ...(name !== undefined && { name }) },
    ...(job.report && { report: job.report }),
    ...(job.files && { files: job.files }),
    ...(metadata && { metadata }),
  };
}

function jobFacts({ job, end, now }: HookContextRequest): HookContext["job"] {
  const { workItem, startedAt = job.createdAt } = job;
  const known = { ...job, ...end };
  return {
    id: job.id,
    agentId: job.agentName,
    ...(job.scheduleName !== undefined && { scheduleName: job.scheduleName }),
    trigger: job.trigger,
    prompt: job.prompt,
    attempt: job.attempt,
    startedAt,
    ...(end && {
      completedAt: now,
      durationMs: Math.max(0, Date.parse(now) - Date.parse(startedAt)),
      exitReason: end.exitReason,
    }),
    ...(known.sessionId !== undefined && { sessionId: known.sessionId }),
    ...(end?.turns !== undefined && { turns: end.turns }),
    ...(end?.costUsd !== undefined && { costUsd: end.costUsd }),
    ...(workItem && {
      workItem: { source: workItem.source, id: workItem.id, title: workItem.title },
    }),
  };
}

function resultFacts(end: FinishJob): NonNullable<HookContext["result"]> {
  return {
    success: end.status === "completed",
    output: end.summary ?? "",
    ...(end.error && { error: end.error.message }),
    ...(end.structuredOutput !== undefined && { structuredOutput: end.structuredOutput }),
    ...(end.expect && { expect: end.expect }),
  };
}

function eventOf({ status, exitReason }: FinishJob): HookEvent {
  if (status !== "failed") return status;
  return exitReason === "timeout" ? "timeout" : "failed";
}

/** Tells whether a list of hooks is for a job that ended like this. */
export function isPhaseOf(phase: HookPhase, end: FinishJob): boolean {
  if (phase === "on_error") return end.status === "failed";
  // What was rejected never ran.
  return phase === "after_run" && end.status !== "cancelled" && end.exitReason !== "rejected";
}

/** Tells whether a hook is meant for this event and what `when` points at is truthy. */
export function isWanted(
  hook: Pick<ResolvedHook, "onEvents" | "when">,
  context: HookContext,
): boolean {
  const { event } = context;
  // Before the run there is no outcome to choose by.
  if (event !== "before_run" && hook.onEvents.length > 0 && !hook.onEvents.includes(event)) {
    return false;
  }
  return hook.when === undefined || Boolean(valueAt(context, hook.when));
}

function valueAt(context: HookContext, path: string): unknown {
  let value: unknown = context;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

/** The facts that a shell command most often asks for, as variables. */
export function contextVariables({ event, job, agent }: HookContext): Record<string, string> {
  return {
    HERDCTL_EVENT: event,
    HERDCTL_JOB_ID: job.id,
    HERDCTL_AGENT: agent.id,
    HERDCTL_TRIGGER: job.trigger,
    ...(job.scheduleName !== undefined && { HERDCTL_SCHEDULE: job.scheduleName }),
    ...(job.exitReason !== undefined && { HERDCTL_EXIT_REASON: job.exitReason }),
    ...(job.sessionId !== undefined && { HERDCTL_SESSION_ID: job.sessionId }),
  };
}
