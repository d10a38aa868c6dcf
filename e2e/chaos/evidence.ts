import type { JournalEntry } from "./journal.ts";
import type { Snapshot } from "./snapshot.ts";

/** All that is known when a daemon has died. */
export interface Evidence {
  readonly journal: readonly JournalEntry[];
  readonly now: Snapshot;
  /** Jobs that ran when an earlier daemon died, and that a later one has taken over since. */
  readonly takenOver: ReadonlySet<string>;
  /** Finished jobs that the history keeps of each agent. */
  readonly kept: number;
  /** Interval of each schedule, milliseconds, by `agent/schedule`. */
  readonly intervals: Readonly<Record<string, number>>;
}
