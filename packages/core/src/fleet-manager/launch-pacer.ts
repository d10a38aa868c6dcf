import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";

/**
 * Lets only so many jobs be between their launch and their first message: starting claude takes half
 * a second of processor time, and a hundred at once would all be late. One starts per turn of the event
 * loop, because a spawn blocks it for milliseconds.
 */
export class LaunchPacer {
  readonly #limit: number;
  readonly #waiting: (() => void)[] = [];
  #starting = 0;
  #turn: Promise<void> = Promise.resolve();

  constructor(limit: number = 2 * availableParallelism()) {
    this.#limit = limit;
  }

  /** Resolves when a launch may begin, or at once when `signal` aborts; call the result when it has. */
  async acquire(signal: AbortSignal): Promise<() => void> {
    if (this.#starting >= this.#limit) await this.#wait(signal);
    if (signal.aborted) return () => undefined;
    this.#starting += 1;
    this.#turn = this.#turn.then(() => setImmediate());
    await this.#turn;
    return this.#once(() => {
      this.#starting -= 1;
      this.#waiting.shift()?.();
    });
  }

  #wait(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const abort = (): void => {
      const place = this.#waiting.indexOf(resolve);
      if (place >= 0) this.#waiting.splice(place, 1);
      resolve();
    };
    if (signal.aborted) return Promise.resolve();
    this.#waiting.push(resolve);
    signal.addEventListener("abort", abort, { once: true });
    return promise.finally(() => signal.removeEventListener("abort", abort));
  }

  #once(action: () => void): () => void {
    let isDone = false;
    return () => {
      if (!isDone) action();
      isDone = true;
    };
  }
}
