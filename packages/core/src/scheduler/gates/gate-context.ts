import type { RunCommand } from "../../processes/run-command.ts";

/** What a gate has at hand. */
export interface GateContext {
  /** Where its command runs. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** What the process list shows. */
  readonly label: string;
  /** What it saw when the schedule last made a job. */
  readonly seen: string | undefined;
  /** Aborted: it no longer matters. */
  readonly signal: AbortSignal;
  /** Runs its command (default: on this machine). */
  readonly runCommand?: RunCommand;
}

/** Whether a due schedule fires. */
export interface GateVerdict {
  readonly open: boolean;
  /** What it saw, to compare with the next time. */
  readonly value?: string;
  /** Why it could not be asked: then it is closed. */
  readonly problem?: string;
}

/** Something that can change, or why it could not be read. */
export type ReadValue =
  | { readonly value: string; readonly problem?: never }
  | { readonly problem: string };
