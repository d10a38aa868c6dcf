import type { ResolvedWorkSource } from "../config/resolved.ts";
import type { JobRecord } from "./job-record.ts";

/** An item of work that a job holds. */
export interface ClaimRecord {
  /** Names the item over all work sources. */
  readonly key: string;
  readonly jobId: string;
  /** Names the item within its source. */
  readonly itemId: string;
  /** The work source as it was configured when the item was taken: its end needs no configuration. */
  readonly source: ResolvedWorkSource;
  /** How many jobs have failed at it before. */
  readonly failures: number;
}

/**
 * Who works on which item. A claim is as good as its job, whose owner renews one lease for everything
 * that it holds; it stays after the job's end until the item is put away, so that a crash between the
 * two loses neither.
 */
export interface ClaimStore {
  /** Takes an item for a running job; `false`: it belongs to another, or the job is not ours any more. */
  claim(
    hold: Pick<JobRecord, "id" | "fence">,
    claim: Pick<ClaimRecord, "key" | "itemId" | "source">,
  ): Promise<boolean>;
  ofJob(jobId: string): ClaimRecord | undefined;
  /** Keys of every item that a job holds. */
  claimed(): ReadonlySet<string>;
  /** Claims of jobs that are over. */
  ended(): readonly ClaimRecord[];
  /** Frees the item and keeps how many jobs have failed at it; `false`: the job does not hold it. */
  settle(claim: Pick<ClaimRecord, "key" | "jobId">, failures: number): Promise<boolean>;
}
