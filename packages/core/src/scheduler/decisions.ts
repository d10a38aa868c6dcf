import { messageOf } from "../errors.ts";
import type { Logger } from "../logger.ts";
import { StateDirectoryError } from "../state/errors.ts";
import type { FireKey, OpenFire, SkipReason, StateStore } from "../state/store.ts";
import { keyOf, type ScheduleEntry } from "./schedule-entry.ts";
import { mostCaughtUp } from "./timetable.ts";

/** A due instant to decide. */
export interface ScheduledFire {
  readonly entry: ScheduleEntry;
  /** Its row, when that is ours already. */
  readonly claim: OpenFire;
  /** It is caught up, not on time. */
  readonly late: boolean;
  /** Aborted when the scheduler stops: what is undecided then is left to the next one. */
  readonly signal: AbortSignal;
}

export interface DecisionsOptions {
  readonly store: StateStore;
  readonly logger: Logger;
  /** Makes the job, which resolves the row, or tells why there is none. */
  readonly onFire: (fire: ScheduledFire) => Promise<SkipReason | undefined>;
  readonly onSkipped: (key: FireKey, reason: SkipReason) => void;
}

interface Line {
  waiting: number;
  last: Promise<void>;
}

/**
 * Decides fires: those of one schedule one after another, so that each sees what became of the one
 * before; those of different schedules at once, so that a slow or broken one holds up no other.
 */
export class Decisions {
  readonly #options: DecisionsOptions;
  readonly #lines = new Map<string, Line>();

  constructor(options: DecisionsOptions) {
    this.#options = options;
  }

  add(fire: ScheduledFire): void {
    const key = keyOf(fire.entry);
    const line = this.#lines.get(key) ?? { waiting: 0, last: Promise.resolve() };
    this.#lines.set(key, line);
    const isFull = line.waiting >= mostCaughtUp;
    line.waiting += 1;
    line.last = line.last
      .then(() => (isFull ? this.skip(fire.claim, "queue_full") : this.#decide(fire)))
      .catch((error: unknown) => this.#report(fire, error))
      .then(() => {
        line.waiting -= 1;
        if (line.waiting === 0) this.#lines.delete(key);
      });
  }

  /** Tells whether an earlier instant of this schedule is being decided. */
  isDeciding(entry: ScheduleEntry): boolean {
    return this.#lines.has(keyOf(entry));
  }

  /** Decides a fire that waits for nothing but the store; rejects when that fails. */
  decideNow(fire: ScheduledFire): Promise<void> {
    return this.#decide(fire);
  }

  /** Resolves a row without a job. */
  async skip(claim: OpenFire, reason: SkipReason): Promise<void> {
    const { store, onSkipped } = this.#options;
    if (await store.fires.resolve(claim, { fate: "skipped", reason })) onSkipped(claim, reason);
  }

  /** Resolves once nothing is being decided. */
  async settled(): Promise<void> {
    await Promise.all([...this.#lines.values()].map((line) => line.last));
  }

  async #decide(fire: ScheduledFire): Promise<void> {
    const { store, onFire } = this.#options;
    try {
      fire.signal.throwIfAborted();
      const reason = await onFire(fire);
      if (reason !== undefined) await this.skip(fire.claim, reason);
    } catch (error) {
      const { fence, ...key } = fire.claim;
      if (fire.signal.aborted) {
        return fence === undefined ? undefined : await store.fires.release({ ...key, fence });
      }
      // It has no row: it can be decided again when the disk has recovered.
      if (fence === undefined && error instanceof StateDirectoryError) throw error;
      this.#report(fire, error);
      await this.skip(fire.claim, "error");
    }
  }

  #report({ entry }: ScheduledFire, error: unknown): void {
    this.#options.logger.error(`schedule ${keyOf(entry)} failed to fire: ${messageOf(error)}`, {
      agentName: entry.agentName,
      source: "scheduler",
    });
  }
}
