import { setImmediate } from "node:timers/promises";
import type { Clock } from "@herdctl/core";

interface Sleeper {
  /** On the monotonic scale, which `set` and `jump` do not move. */
  readonly due: number;
  readonly wake: () => void;
}

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  #wall: number;
  #elapsed = 0;
  readonly #sleepers = new Set<Sleeper>();

  /** Starts at this instant (default 2026-01-01T00:00:00Z). */
  constructor(start: Date | string | number = "2026-01-01T00:00:00Z") {
    this.#wall = new Date(start).getTime();
  }

  now(): number {
    return this.#wall;
  }

  /** How many sleeps are under way: what a test checks before it advances. */
  get sleeping(): number {
    return this.#sleepers.size;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (signal?.aborted) {
      reject(signal.reason);
      return promise;
    }
    if (ms <= 0) return Promise.resolve();
    const sleeper: Sleeper = { due: this.#elapsed + ms, wake: () => settle(resolve) };
    const abort = (): void => settle(() => reject(signal?.reason));
    const settle = (action: () => void): void => {
      this.#sleepers.delete(sleeper);
      signal?.removeEventListener("abort", abort);
      action();
    };
    this.#sleepers.add(sleeper);
    signal?.addEventListener("abort", abort, { once: true });
    return promise;
  }

  /**
   * Lets `ms` milliseconds pass. Sleepers wake one by one in the order they are due, each seeing its
   * own instant, and what they start is let run for some turns of the event loop (and may sleep again)
   * before the next. Work that takes longer, such as a process, is for the test to wait for.
   */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    await settled();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#pass(next.due - this.#elapsed);
      next.wake();
      await settled();
    }
    this.#pass(end - this.#elapsed);
  }

  /** Sets the wall clock, as a person or a time server would: no sleeper notices. */
  set(instant: Date | string | number): void {
    this.#wall = new Date(instant).getTime();
  }

  /** Moves the wall clock by `ms`, forwards or back: no sleeper notices. */
  jump(ms: number): void {
    this.#wall += ms;
  }

  #next(end: number): Sleeper | undefined {
    let first: Sleeper | undefined;
    for (const sleeper of this.#sleepers) {
      if (sleeper.due <= end && (!first || sleeper.due < first.due)) first = sleeper;
    }
    return first;
  }

  #pass(ms: number): void {
    this.#elapsed += ms;
    this.#wall += ms;
  }
}

// One turn runs every promise callback there is and the I/O that has arrived; a chain of file
// operations takes a turn each.
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await setImmediate();
}
