import type { JobRecord } from "./job-record.ts";

type JobHold = Pick<JobRecord, "id" | "fence">;

/** A tool call of a job that acts, from before its first act on. */
export interface ToolCallRecord {
  /** An id for the job that the call may make: the same whoever makes it, so it is made once. */
  readonly newJobId: string;
  /** What Claude was told; absent while the call is not over. */
  readonly answer?: string;
}

/**
 * Tool calls that must not be done twice, although Claude's side repeats them until they are answered
 * and their owner may die in between. Forgotten when the job is over.
 */
export interface ToolCallStore {
  /**
   * Notes that a call of a running job begins; resolves with what an earlier owner has noted of it,
   * else with `newJobId`. `undefined`: the job is not ours any more.
   */
  begin(hold: JobHold, callId: string, newJobId: string): Promise<ToolCallRecord | undefined>;
  /** Keeps the answer, to be repeated. */
  end(hold: JobHold, callId: string, answer: string): Promise<void>;
}
