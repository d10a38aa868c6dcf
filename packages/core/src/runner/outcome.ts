import type { SDKResultMessage } from "@anthropic-ai/claude-agent-sdk";
import { FleetManagerError, messageOf } from "../errors.ts";
import type { ExitReason, ModelUsage, PermissionDenial } from "../state/job-record.ts";
import type { FinishJob } from "../state/store.ts";
import { withoutNotes } from "../state/without-notes.ts";
import { SDKError } from "./errors.ts";
import type { RateLimit, RunFacts } from "./run-facts.ts";

/** How an attempt ended. */
export interface Outcome {
  readonly status: FinishJob["status"];
  readonly exitReason: ExitReason;
  /** What asked for the end, where somebody did. */
  readonly cancelCause?: string;
  readonly sessionId?: string;
  /** The final answer. */
  readonly summary?: string;
  readonly turns: number;
  /** US dollars, as Claude Code reports them. */
  readonly costUsd: number;
  readonly usage: Readonly<Record<string, ModelUsage>>;
  readonly permissionDenials: readonly PermissionDenial[];
  readonly structuredOutput?: unknown;
  readonly error?: { readonly message: string; readonly code?: string };
  readonly apiErrorStatus?: number;
  readonly rateLimit?: RateLimit;
  /** Id of the tool call that was put off until a person has decided: the run ended for it. */
  readonly putOff?: string;
  /** The cause lies with the API or the network and may be gone in a while. */
  readonly isTransient?: boolean;
}

/** How the run came to its end, beside what Claude said. */
export interface RunEnd {
  /** What asked for the end before the run was over; the first cause. `timeout`, or a person's. */
  readonly cause?: string;
  /** It was ended because the API refuses the credentials. */
  readonly hopeless?: boolean;
  /** The last turn of a conversation was interrupted by a person, who may have gone on with another. */
  readonly turnInterrupted?: boolean;
  /** What the runtime threw, or what went wrong here. */
  readonly error?: unknown;
  /** The signal that ended claude, where it was not ours. */
  readonly signal?: string;
}

interface Verdict {
  readonly exitReason: ExitReason;
  readonly message?: string;
  readonly code?: string;
}

/** Decides how a run ended. It is a success only where Claude said so and nothing contradicts it. */
export function decideOutcome(facts: RunFacts, end: RunEnd = {}): Outcome {
  const verdict = judge(facts, end);
  const { exitReason } = verdict;
  const { result } = facts;
  const structured = result?.subtype === "success" ? result.structured_output : undefined;
  const apiErrorStatus = apiStatusOf(facts);
  return {
    status: statusOf(exitReason),
    exitReason,
    ...(end.cause !== undefined && { cancelCause: end.cause }),
    ...(facts.sessionId !== undefined && { sessionId: facts.sessionId }),
    ...(facts.answer !== "" && { summary: facts.answer }),
    turns: facts.turns,
    costUsd: Object.values(facts.usage).reduce((sum, usage) => sum + usage.costUsd, 0),
    usage: facts.usage,
    permissionDenials: facts.denials,
    ...(structured !== undefined && { structuredOutput: structured }),
    ...(verdict.message !== undefined && { error: errorOf(verdict.message, verdict.code) }),
    ...(exitReason !== "success" && apiErrorStatus !== undefined && { apiErrorStatus }),
    ...(facts.rateLimit && { rateLimit: facts.rateLimit }),
    ...putOffBy(facts, end),
    ...(isTransient(exitReason, facts) && { isTransient: true }),
  };
}

/** The fields of an outcome that the job record keeps. */
export function toFinishJob(outcome: Outcome): FinishJob {
  return {
    status: outcome.status,
    exitReason: outcome.exitReason,
    turns: outcome.turns,
    costUsd: outcome.costUsd,
    usage: outcome.usage,
    permissionDenials: outcome.permissionDenials,
    ...(outcome.sessionId !== undefined && { sessionId: outcome.sessionId }),
    ...(outcome.summary !== undefined && { summary: outcome.summary }),
    ...("structuredOutput" in outcome && { structuredOutput: outcome.structuredOutput }),
    ...(outcome.error && { error: outcome.error }),
  };
}

function putOffBy({ result }: RunFacts, end: RunEnd): Pick<Outcome, "putOff"> {
  if (end.cause !== undefined || end.error !== undefined || result?.subtype !== "success")
    return {};
  if (result.terminal_reason !== "tool_deferred" || !result.deferred_tool_use) return {};
  return { putOff: result.deferred_tool_use.id };
}

function errorOf(message: string, code: string | undefined): NonNullable<Outcome["error"]> {
  return { message, ...(code !== undefined && { code }) };
}

function statusOf(reason: ExitReason): Outcome["status"] {
  if (reason === "success") return "completed";
  return reason === "cancelled" ? "cancelled" : "failed";
}

function judge(facts: RunFacts, end: RunEnd): Verdict {
  if (end.cause === "timeout") return { exitReason: "timeout", message: "The run took too long." };
  if (end.cause !== undefined) {
    return { exitReason: "cancelled", message: `The run was cancelled (${end.cause}).` };
  }
  if (end.hopeless) return { exitReason: "auth", message: authMessage(facts) };
  const { result } = facts;
  const isOurs = end.error !== undefined && !(end.error instanceof SDKError);
  if (end.signal !== undefined && result === undefined && !isOurs) {
    return { exitReason: "interrupted", message: signalMessage(end.signal) };
  }
  if (end.error !== undefined) return thrownVerdict(facts, end.error);
  if (result === undefined) return silentVerdict(facts);
  if (end.turnInterrupted && wasInterrupted(result)) return { exitReason: "success" };
  if (result.is_error || result.subtype !== "success") return errorVerdict(facts, result);
  return doubtVerdict(facts, result) ?? { exitReason: "success" };
}

function thrownVerdict(facts: RunFacts, error: unknown): Verdict {
  const code = error instanceof FleetManagerError ? error.code : undefined;
  return {
    exitReason: code === "OUT_OF_MEMORY" ? "oom" : apiExitReason(facts),
    message: messageOf(error),
    ...(code !== undefined && { code }),
  };
}

/** Claude always tells a result, unless something ended it first. */
function silentVerdict(facts: RunFacts): Verdict {
  const reason = apiExitReason(facts);
  const exitReason = reason === "error" ? "interrupted" : reason;
  return { exitReason, message: "claude ended without a result." };
}

/** Code of an attempt whose put-off call was not made, because its MCP server was not there. */
export const toolUnavailable = "TOOL_UNAVAILABLE";
const unavailable = "tool_deferred_unavailable";

function signalMessage(signal: string): string {
  const memory = signal === "SIGKILL" ? " The machine may have run out of memory." : "";
  return `claude was ended from outside (${signal}).${memory}`;
}

function errorVerdict(facts: RunFacts, result: SDKResultMessage): Verdict {
  const said = result.subtype === "success" ? result.result : result.errors.join("\n");
  const message = withoutNotes(said) || `Claude Code reported ${result.subtype}.`;
  if (wasInterrupted(result)) {
    return { exitReason: "interrupted", message: "claude was interrupted from outside." };
  }
  if (result.terminal_reason === unavailable) {
    return { exitReason: "error", message, code: toolUnavailable };
  }
  switch (result.subtype) {
    case "error_max_turns":
      return { exitReason: "max_turns", message };
    case "error_max_budget_usd":
      return { exitReason: "budget", message };
    default: {
      const exitReason = apiExitReason(facts);
      return { exitReason, message: exitReason === "auth" ? `${message} ${authRemedy}` : message };
    }
  }
}

/** Tells whether a run or a turn was broken off. */
export function wasInterrupted(result: SDKResultMessage): boolean {
  return result.terminal_reason?.startsWith("aborted_") ?? false;
}

/** What contradicts a result that claims success. */
function doubtVerdict(facts: RunFacts, result: SDKResultMessage): Verdict | undefined {
  const reason = result.terminal_reason;
  if (reason !== undefined && reason !== "completed") {
    return { exitReason: "error", message: `Claude Code stopped early: ${reason}.` };
  }
  if (facts.lostCall) {
    return {
      exitReason: "error",
      message:
        "A tool call that waits for a person was lost: work in the background went on after it was put off.",
    };
  }
  const unfinished = [...facts.background.values(), ...facts.tornDown];
  if (unfinished.length > 0) {
    return {
      exitReason: "error",
      message: `Ended with work unfinished: ${unfinished.join("; ")}.`,
    };
  }
  const denied = facts.denials.filter((denial) => facts.failedToolUses.includes(denial.toolUseId));
  if (denied.length > 0) {
    const tools = [...new Set(denied.map((denial) => denial.toolName))].join(", ");
    return {
      exitReason: "denied",
      message: `Permission denied for ${tools}, and no tool succeeded afterwards. Allow it in \`allowed_tools\`, or change \`permission_mode\`.`,
    };
  }
  const hasOutput = result.subtype === "success" && result.structured_output !== undefined;
  // A command such as /context, which Claude Code answers without a model.
  const isLocal = "local_command" in result;
  if ((facts.turns === 0 && !isLocal) || (facts.answer === "" && !hasOutput)) {
    return { exitReason: "empty", message: "Claude ended without an answer." };
  }
  // Older versions report a stream that broke off as the whole answer.
  if (result.stop_reason === null && !isLocal) {
    return { exitReason: "error", message: "The answer broke off before its end." };
  }
  return undefined;
}

const authKinds: ReadonlySet<string> = new Set([
  "account_on_hold",
  "authentication_failed",
  "oauth_org_not_allowed",
  "verification_required",
]);

/**
 * Tells whether the API refuses the credentials for good, so that Claude Code's further tries only
 * cost minutes. A login may be renewed between the first try and the second; a key stays what it is.
 */
export function isHopeless(facts: RunFacts): boolean {
  const tries = facts.usesLogin ? 2 : 1;
  return isAuthFailure(facts) && (facts.apiFailure?.attempt ?? 0) >= tries;
}

function isAuthFailure(facts: RunFacts): boolean {
  const { apiFailure } = facts;
  if (apiFailure === undefined) return false;
  return apiFailure.status === 401 || apiFailure.status === 403 || authKinds.has(apiFailure.kind);
}

function isTransient(reason: ExitReason, facts: RunFacts): boolean {
  if (reason === "rate_limited") return true;
  if (reason !== "error") return false;
  if (facts.result?.terminal_reason === unavailable) return true;
  if (facts.apiFailure === undefined) return false;
  // Without a status there was no answer at all.
  const status = apiStatusOf(facts);
  return status === undefined || status === 408 || status >= 500;
}

/** The reason for a failed run that lies with the API; a failure that a later answer made good does not count. */
function apiExitReason(facts: RunFacts): ExitReason {
  const status = apiStatusOf(facts);
  if (status === 401 || status === 403 || isAuthFailure(facts)) return "auth";
  if (status === 429 || facts.apiFailure?.kind === "rate_limit") return "rate_limited";
  return "error";
}

function apiStatusOf({ result, apiFailure }: RunFacts): number | undefined {
  if (result?.subtype === "success" && typeof result.api_error_status === "number") {
    return result.api_error_status;
  }
  return apiFailure?.status ?? undefined;
}

function authMessage({ apiFailure }: RunFacts): string {
  const status = apiFailure?.status;
  const refusal = typeof status === "number" ? ` (HTTP ${status})` : "";
  return `The API refuses the credentials${refusal}. ${authRemedy}`;
}

const authRemedy = 'Check ANTHROPIC_API_KEY, or run "claude" and log in.';
