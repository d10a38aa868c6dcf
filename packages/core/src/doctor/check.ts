import type { ResolvedConfig } from "../config/resolved.ts";

/** What one look of {@link runDoctor} found. */
export interface Check {
  /** What was looked at, such as `claude` or `disk`. */
  readonly name: string;
  /** A `warning` is worth knowing; a `problem` keeps jobs from running as they should. */
  readonly status: "ok" | "warning" | "problem";
  readonly message: string;
  /** What to do about it. */
  readonly remedy?: string;
}

/** What the checks look at. */
export interface Patient {
  /** Absent: there is none, or it is not valid. */
  readonly config: ResolvedConfig | undefined;
  /** Absolute. */
  readonly stateDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly claudePath?: string;
  /** Milliseconds that are left for it. */
  readonly timeLeft: () => number;
}

/** A few names for a sentence. */
export function nameSome(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(", ");
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}
