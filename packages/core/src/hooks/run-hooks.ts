import type { ResolvedHook } from "../config/resolved.ts";
import type { Redactor } from "../redact.ts";
import type { HookPhase, HookResult, ProcessRecord } from "../state/job-record.ts";
import { isWanted } from "./context.ts";
import { type HookPlace, type HookRun, runShellHook, type ShellHook } from "./shell.ts";

/** One list of hooks to run for a job. */
export interface HooksRequest extends Pick<HookRun, "context" | "cwd" | "signal"> {
  readonly phase: HookPhase;
  readonly hooks: readonly ResolvedHook[];
  /** What the job's record has of its hooks so far. */
  readonly previous: readonly HookResult[];
  readonly redactor: Redactor;
  readonly placeOf: (hook: ShellHook) => HookPlace;
  /** ISO time of now. */
  readonly now: () => string;
  /** Stores the whole list, and with a start the process: a hook acts only once that is on disk. */
  readonly save: (patch: {
    readonly hooks: readonly HookResult[];
    readonly process?: ProcessRecord;
  }) => Promise<void>;
}

/** What became of a list of hooks. */
export interface HooksOutcome {
  /** Everything that the job's record has of its hooks now. */
  readonly results: readonly HookResult[];
  /** The hook that failed without `continue_on_error`; those after it did not run. */
  readonly blocking?: HookResult;
  /** The job was cancelled meanwhile. */
  readonly isAborted: boolean;
}

/**
 * Runs hooks one after the other, each at least once: its start is recorded before it acts, its result
 * afterwards. What an earlier owner of the job recorded counts: a hook with a result does not run
 * again, and one whose end is not known only when it is `idempotent`. Rejects when `save` does.
 */
export async function runHooks(request: HooksRequest): Promise<HooksOutcome> {
  const { phase, context, signal } = request;
  let results = request.previous;
  for (const [index, hook] of request.hooks.entries()) {
    // Network hooks have no runner yet; configuration warns of them.
    if (hook.type !== "shell") continue;
    const known = results.find((item) => item.phase === phase && item.index === index);
    if (signal.aborted || (!known && !isWanted(hook, context))) continue;
    const others = results.filter((item) => item !== known);
    const result = await settleHook(request, { hook, index, known, others });
    results = [...others, result];
    if (signal.aborted || result.success === true || hook.continueOnError) continue;
    return { results, blocking: result, isAborted: false };
  }
  return { results, isAborted: signal.aborted };
}

interface Step {
  readonly hook: ShellHook;
  readonly index: number;
  readonly known: HookResult | undefined;
  readonly others: readonly HookResult[];
}

async function settleHook(request: HooksRequest, step: Step): Promise<HookResult> {
  const { hook, known, others } = step;
  if (known?.success !== undefined) return known;
  const result =
    known && !hook.idempotent
      ? { ...known, success: false, error: unknownEnd }
      : await runHook(request, step);
  await request.save({ hooks: [...others, result] });
  return result;
}

const unknownEnd =
  "herdctl ended before this hook did. It is not run again: set `idempotent: true` where that does no harm.";

async function runHook(request: HooksRequest, step: Step): Promise<HookResult> {
  const { hook, index, others } = step;
  const started: HookResult = {
    phase: request.phase,
    index,
    hookType: hook.type,
    startedAt: request.now(),
    ...(hook.name !== undefined && { name: hook.name }),
  };
  const end = await runShellHook(hook, {
    context: request.context,
    cwd: request.cwd,
    ...request.placeOf(hook),
    signal: request.signal,
    onRecord: (process) => request.save({ hooks: [...others, started], process }),
  });
  return { ...started, ...request.redactor.value(end) };
}
