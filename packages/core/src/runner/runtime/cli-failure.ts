import { NeverBeganError, SDKError } from "../errors.ts";
import type { ClaudeProcess, ExecuteOptions } from "./interface.ts";
import { readTail } from "./read-tail.ts";
import { toStartFailure } from "./start-failure.ts";

export interface EndedRun {
  readonly options: Pick<ExecuteOptions, "adopt" | "jobId" | "signal"> & {
    readonly files: Pick<ExecuteOptions["files"], "stderr">;
    readonly launcher: Pick<ExecuteOptions["launcher"], "claudePath">;
  };
  readonly claude: Pick<ClaudeProcess, "exitCode" | "signalCode">;
  /** Claude has said something, only not how the run went. */
  readonly hasSpoken: boolean;
}

/** Why a claude ended without a result; `undefined` where somebody ended it. */
export async function readFailure(run: EndedRun): Promise<Error | undefined> {
  return toFailure(run, await readTail(run.options.files.stderr));
}

/** The same, with the end of what it wrote to stderr. */
export function toFailure(
  { options, claude, hasSpoken }: EndedRun,
  stderr: string,
): Error | undefined {
  const { adopt, jobId, launcher, signal } = options;
  const said = stderr.trim();
  if (signal.aborted) return undefined;
  if (adopt && !hasSpoken && said === "") return new NeverBeganError(jobId);
  const { claudePath } = launcher;
  const notBegun = hasSpoken
    ? undefined
    : toStartFailure({ claudePath, exitCode: claude.exitCode, stderr });
  if (notBegun) return notBegun;
  if (isEndedFromOutside(claude, hasSpoken)) return undefined;
  if (claude.exitCode === 0 && said === "") return undefined;
  const code = claude.exitCode === null ? "" : ` with code ${claude.exitCode}`;
  return new SDKError(said === "" ? `claude ended${code} without a result.` : said, jobId);
}

function isEndedFromOutside(
  { exitCode, signalCode }: EndedRun["claude"],
  hasSpoken: boolean,
): boolean {
  if (signalCode !== null || (exitCode ?? 0) > 128) return true;
  // How somebody else's child ended is not to be known; one that fails by itself says so.
  return exitCode === null && hasSpoken;
}
