/** What an error code means to the clients: one HTTP status and one exit code each. */
export interface ErrorKind {
  readonly status: number;
  readonly exitCode: number;
}

const usage: ErrorKind = { status: 422, exitCode: 2 };
const missing: ErrorKind = { status: 404, exitCode: 3 };
const conflict: ErrorKind = { status: 409, exitCode: 4 };
const failure: ErrorKind = { status: 500, exitCode: 1 };

/** Code of a {@link FleetManagerError}. */
export type ErrorCode =
  | "AGENT_NOT_FOUND"
  | "AGENT_SOURCE"
  | "APPROVAL_NOT_FOUND"
  | "BUDGET_SPENT"
  | "CLAUDE_NOT_FOUND"
  | "CONCURRENCY_LIMIT"
  | "CONFIGURATION_ERROR"
  | "CONTAINER_ENGINE"
  | "CONTAINER_ERROR"
  | "CONVERSATION_NOT_FOUND"
  | "DAEMON_REQUIRED"
  | "DAEMON_UNREACHABLE"
  | "FEATURE_NOT_ACTIVE"
  | "FORBIDDEN"
  | "INTERNAL"
  | "INVALID_REQUEST"
  | "INVALID_STATE"
  | "JOB_NOT_FOUND"
  | "MEMORY_NOT_FOUND"
  | "NEVER_BEGAN"
  | "OUT_OF_MEMORY"
  | "PROCESS_LIMIT"
  | "PROMPT_REQUIRED"
  | "RUNNER_ERROR"
  | "SCHEDULE_NOT_FOUND"
  | "SDK_ERROR"
  | "SDK_NOT_INSTALLED"
  | "SERVICE_MANAGER"
  | "SESSION_BUSY"
  | "SESSION_NOT_FOUND"
  | "SESSION_NOT_RESUMABLE"
  | "STATE_DIR"
  | "STATE_LOCKED"
  | "STORE_TOO_NEW"
  | "TIMEOUT"
  | "TOO_MANY_REQUESTS"
  | "UNAUTHORIZED"
  | "WEB_ADDRESS"
  | "WORKING_DIRECTORY";

/** Of every code: which HTTP status and which exit code stand for it. */
export const errorKinds: Readonly<Record<ErrorCode, ErrorKind>> = {
  AGENT_NOT_FOUND: missing,
  AGENT_SOURCE: { status: 422, exitCode: 1 },
  APPROVAL_NOT_FOUND: missing,
  BUDGET_SPENT: conflict,
  CLAUDE_NOT_FOUND: { status: 503, exitCode: 1 },
  CONCURRENCY_LIMIT: conflict,
  CONFIGURATION_ERROR: usage,
  CONTAINER_ENGINE: { status: 503, exitCode: 1 },
  CONTAINER_ERROR: failure,
  CONVERSATION_NOT_FOUND: missing,
  DAEMON_REQUIRED: conflict,
  DAEMON_UNREACHABLE: { status: 503, exitCode: 1 },
  FEATURE_NOT_ACTIVE: usage,
  FORBIDDEN: { status: 403, exitCode: 4 },
  INTERNAL: failure,
  INVALID_REQUEST: { status: 400, exitCode: 2 },
  INVALID_STATE: conflict,
  JOB_NOT_FOUND: missing,
  MEMORY_NOT_FOUND: missing,
  NEVER_BEGAN: failure,
  OUT_OF_MEMORY: failure,
  PROCESS_LIMIT: failure,
  PROMPT_REQUIRED: usage,
  RUNNER_ERROR: failure,
  SCHEDULE_NOT_FOUND: missing,
  SDK_ERROR: failure,
  SDK_NOT_INSTALLED: { status: 503, exitCode: 1 },
  SERVICE_MANAGER: failure,
  SESSION_BUSY: conflict,
  SESSION_NOT_FOUND: missing,
  SESSION_NOT_RESUMABLE: conflict,
  STATE_DIR: { status: 503, exitCode: 1 },
  STATE_LOCKED: conflict,
  STORE_TOO_NEW: conflict,
  TIMEOUT: { status: 504, exitCode: 1 },
  TOO_MANY_REQUESTS: { status: 429, exitCode: 4 },
  UNAUTHORIZED: { status: 401, exitCode: 2 },
  WEB_ADDRESS: conflict,
  WORKING_DIRECTORY: usage,
};

/** Facts of a {@link FleetManagerError}. */
export interface FleetManagerErrorOptions {
  readonly code?: ErrorCode;
  readonly context?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * Base of every error that herdctl throws: `code` says what happened, `context` holds the facts
 * (agent name, job id, path …) and the message says what to do about it.
 */
export class FleetManagerError extends Error {
  readonly code: ErrorCode;
  readonly context?: Readonly<Record<string, unknown>>;

  constructor(message: string, options: FleetManagerErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = options.code ?? "INTERNAL";
    if (options.context) this.context = options.context;
  }
}

/** HTTP status and exit code for any thrown value; what is not ours counts as `INTERNAL`. */
export function errorKindOf(error: unknown): ErrorKind & { readonly code: ErrorCode } {
  const code = error instanceof FleetManagerError ? error.code : "INTERNAL";
  return { code, ...errorKinds[code] };
}

/** Tells whether `code` is one of herdctl's error codes (a client reads them from the wire). */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorKinds, code);
}

/** The message of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Appends what exists, nearest match first, to a "not found" sentence. */
export function withSuggestions(
  sentence: string,
  wanted: string,
  existing: readonly string[],
): string {
  if (existing.length === 0) return `${sentence} There are none.`;
  const near = nearestOf(wanted, existing);
  const list = existing.slice(0, 10).join(", ") + (existing.length > 10 ? ", …" : "");
  return `${sentence}${near ? ` Did you mean "${near}"?` : ""} Existing: ${list}.`;
}

/** The candidate nearest to `wanted` by edit distance, if one is near enough to be a typo of it. */
export function nearestOf(wanted: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(wanted.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current[j] = Math.min(substitution, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1);
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
