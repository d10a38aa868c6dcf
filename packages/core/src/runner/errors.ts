import { FleetManagerError, type ErrorCode } from "../errors.ts";

/** A run that could not be carried out. */
export class RunnerError extends FleetManagerError {
  override readonly code: ErrorCode = "RUNNER_ERROR";
  readonly jobId: string;
  override readonly cause?: Error;

  constructor(message: string, jobId: string, cause?: Error) {
    super(message, { context: { jobId } });
    this.jobId = jobId;
    if (cause) this.cause = cause;
  }
}

/** The claude of an earlier owner ended before it did anything: starting anew does nothing twice. */
export class NeverBeganError extends RunnerError {
  override readonly code: ErrorCode = "NEVER_BEGAN";

  constructor(jobId: string) {
    super("herdctl ended before claude could begin.", jobId);
  }
}

/** Claude Code could not be started, or ended without telling how the run went. */
export class SDKError extends RunnerError {
  override readonly code: ErrorCode = "SDK_ERROR";
  /** What the SDK said: a message of its stream, or the error it threw. */
  readonly sdkMessage?: unknown;

  constructor(message: string, jobId: string, sdkMessage?: unknown) {
    super(message, jobId);
    if (sdkMessage !== undefined) this.sdkMessage = sdkMessage;
  }
}
