import { randomUUID } from "node:crypto";
import { type CommandResult, runCommand } from "../../processes/run-command.ts";
import type { GateContext } from "./gate-context.ts";

// Enough for a commit, and for what went wrong.
const outputLimit = 4_096;

/** Runs a command of a gate to its end, with everything that it starts. */
export function runGateCommand(
  { command, timeout }: { readonly command: string; readonly timeout: number },
  { cwd, env, label, signal, runCommand: run = runCommand }: Omit<GateContext, "seen">,
): Promise<CommandResult> {
  const marker = `gate-${randomUUID()}`;
  return run({ command, timeout, cwd, env, label, signal, marker, outputLimit });
}

/** Why a command gave no answer; `isFailure` for an exit code that is none. */
export function problemOf(result: CommandResult, isFailure: boolean): string | undefined {
  if (result.error !== undefined) return result.error;
  if (result.ended === "timeout") return "it did not end in time";
  if (result.ended === "aborted") return "herdctl stopped";
  if (result.signal !== undefined) return `it was ended by ${result.signal}`;
  if (!isFailure) return undefined;
  const said = result.stderr.trim();
  return `it exited with ${result.exitCode}${said === "" ? "" : `: ${said}`}`;
}
