import type { ResolvedHook } from "../config/resolved.ts";
import { formatDuration } from "../duration.ts";
import type { CommandResult, RunCommand } from "../processes/run-command.ts";
import type { HookResult, ProcessRecord } from "../state/job-record.ts";
import { contextVariables, type HookContext } from "./context.ts";

/** Where a hook runs. */
export interface HookPlace {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly runCommand: RunCommand;
}

/** Where and for what a hook runs. */
export interface HookRun extends HookPlace {
  readonly context: HookContext;
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** Stores that it was started; it acts once this resolves. */
  readonly onRecord: (process: ProcessRecord) => Promise<void>;
}

/** How a hook ended. */
export type HookEnd = Required<Pick<HookResult, "success" | "durationMs">> &
  Pick<HookResult, "exitCode" | "error" | "output">;

/** A hook that runs a command. */
export type ShellHook = Extract<ResolvedHook, { type: "shell" }>;

// The record of a job keeps it, and lists of jobs read records.
const outputLimit = 65_536;

/** Runs a command with the context as JSON on its stdin. */
export async function runShellHook(hook: ShellHook, run: HookRun): Promise<HookEnd> {
  const { context } = run;
  const result = await run.runCommand({
    command: hook.command,
    cwd: run.cwd,
    env: { ...run.env, ...contextVariables(context) },
    marker: context.job.id,
    label: `herdctl:${context.agent.id}:${context.job.id}:hook`,
    input: `${JSON.stringify(context)}\n`,
    timeout: hook.timeout,
    signal: run.signal,
    outputLimit,
    onRecord: run.onRecord,
  });
  const error = errorOf(result, hook.timeout);
  return {
    success: error === undefined,
    durationMs: result.durationMs,
    ...(result.exitCode !== undefined && { exitCode: result.exitCode }),
    ...(error !== undefined && { error }),
    ...(result.stdout !== "" && { output: result.stdout }),
  };
}

const stderrShown = 2_000;

function errorOf(result: CommandResult, timeout: number): string | undefined {
  const said = result.stderr.trim().slice(-stderrShown);
  const what = reasonOf(result, timeout);
  if (what === undefined) return undefined;
  return said === "" ? what : `${what}: ${said}`;
}

function reasonOf(result: CommandResult, timeout: number): string | undefined {
  if (result.error !== undefined) return result.error;
  if (result.ended === "timeout") return `ended after its timeout of ${formatDuration(timeout)}`;
  if (result.ended === "aborted") return "ended because the job was cancelled";
  if (result.exitCode === 0) return undefined;
  if (result.exitCode !== undefined) return `exit code ${result.exitCode}`;
  return `ended by ${result.signal ?? "an unknown signal"}`;
}
