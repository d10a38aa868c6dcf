import type { ResolvedSchedule } from "../../config/resolved.ts";
import type { JobRecord } from "../../state/job-record.ts";
import type { SkipReason } from "../../state/store.ts";

/** What a due schedule does about its jobs that are not over. */
export type OverlapPlan =
  | { readonly action: "skip"; readonly reason: SkipReason }
  /** The job that waits since an earlier instant stands for this one too. */
  | { readonly action: "supersede"; readonly jobId: string }
  | {
      readonly action: "enqueue";
      /** Waits for its turn at the agent's limit. */
      readonly mayQueue: boolean;
      /** Jobs to end in its favour. */
      readonly cancel: readonly string[];
    };

interface Overlap {
  readonly overlap: ResolvedSchedule["overlap"];
  /** It is one of all the instants that are caught up. */
  readonly isCaughtUp: boolean;
  /** Jobs of this schedule that are not over. */
  readonly own: readonly JobRecord[];
  /** The agent has as many jobs as it may. */
  readonly isAtLimit: boolean;
  /** How many jobs of one schedule may wait. */
  readonly mostQueued: number;
}

/** Decides by the schedule's `overlap`. */
export function planOverlap(of: Overlap): OverlapPlan {
  const { overlap, own, isCaughtUp } = of;
  if (isCaughtUp || overlap === "queue") {
    const queued = own.filter((job) => job.status === "queued").length;
    if (queued >= of.mostQueued) return { action: "skip", reason: "queue_full" };
    return { action: "enqueue", mayQueue: true, cancel: [] };
  }
  const [only] = own;
  if (only && own.length === 1 && hasNotStarted(only)) {
    return { action: "supersede", jobId: only.id };
  }
  if (overlap === "cancel_running" && own.length > 0) {
    return { action: "enqueue", mayQueue: true, cancel: own.map((job) => job.id) };
  }
  if (overlap === "skip" && own.length > 0) {
    return { action: "skip", reason: of.isAtLimit ? "concurrency_limit" : "already_running" };
  }
  return { action: "enqueue", mayQueue: false, cancel: [] };
}

// It waits for the fleet's limit: at the agent's it would not have been stored.
function hasNotStarted(job: JobRecord): boolean {
  return job.status === "queued" && job.attempt === 0;
}
