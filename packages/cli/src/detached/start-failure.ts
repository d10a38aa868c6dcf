import { FleetManagerError, isErrorCode } from "@herdctl/core";
import type { StartReport } from "./report-start.ts";

/** What came of starting a daemon: its report, its end without one, or nothing so far. */
export type StartOutcome =
  | StartReport
  | { readonly exitCode: number | null }
  | { readonly late: true };

/** Where to look for what a daemon said. */
export interface DaemonLog {
  readonly pid: number;
  readonly logFile: string;
  /** What it wrote there, or the end of that. */
  readonly said: string;
}

/** Why there is no daemon: in its own words where it had any. */
export function startFailure(
  outcome: Exclude<StartOutcome, { readonly started: true }>,
  { pid, logFile, said }: DaemonLog,
): FleetManagerError {
  if ("error" in outcome) return toError(outcome.error);
  const isLate = "late" in outcome;
  const what = isLate
    ? `The daemon (process ${pid}) is not ready yet; \`herdctl status\` tells when it is.`
    : `The daemon ${describeEnd(outcome.exitCode)} before it was ready.`;
  return new FleetManagerError(`${what} Its log is ${logFile}.\n${said}`.trimEnd(), {
    code: isLate ? "TIMEOUT" : "INTERNAL",
    context: { pid, logFile, log: said },
  });
}

function toError({
  code,
  message,
  ...context
}: Readonly<Record<string, unknown>>): FleetManagerError {
  const known = typeof code === "string" && isErrorCode(code) ? code : "INTERNAL";
  return new FleetManagerError(String(message), { code: known, context });
}

function describeEnd(exitCode: number | null): string {
  return exitCode === null ? "was killed" : `ended with exit code ${exitCode}`;
}
