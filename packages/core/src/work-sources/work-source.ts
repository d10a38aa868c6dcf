import type { ClaimedItem } from "../state/job-record.ts";

/** An item of work that waits. */
export interface WaitingItem {
  /** Names the item over all work sources. */
  readonly key: string;
  /** Names it within its source. */
  readonly id: string;
}

/** The job that is done with an item. */
export interface EndedJob {
  readonly id: string;
  /** How many jobs have failed at the item, this one included. */
  readonly failures: number;
}

/**
 * Where an agent finds its work. The store decides who may work on an item; a source only tells what
 * waits and shows at its own place what became of it. Each of its changes may be asked for twice.
 */
export interface WorkSource {
  /** What waits, in the order in which to take it. */
  list(): Promise<readonly WaitingItem[]>;
  /** Reads an item that a job has just claimed; `undefined`: it does not wait any more. */
  claim(item: WaitingItem): Promise<ClaimedItem | undefined>;
  /** The work is done. */
  complete(itemId: string, job: EndedJob): Promise<void>;
  /** The work is not done; resolves with whether the item waits again. */
  release(itemId: string, job: EndedJob): Promise<boolean>;
}
