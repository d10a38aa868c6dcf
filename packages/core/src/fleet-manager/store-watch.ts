import { messageOf } from "../errors.ts";
import type { Logger } from "../logger.ts";
import type { StateStore } from "../state/store.ts";

// What another process asks for is acted on within half a second.
const pollInterval = 400;
// Of no store: the next poll reports a change.
const unknown = -1;

/**
 * Tells when the store has changed, by this process or another. It polls the store's version only
 * while somebody listens, so that an idle library does not keep a program alive.
 */
export class StoreWatch {
  readonly #store: Pick<StateStore, "dataVersion">;
  readonly #listeners = new Set<(byOthers: boolean) => void>();
  #timer: NodeJS.Timeout | undefined;
  #report: NodeJS.Immediate | undefined;
  readonly #log: Pick<Logger, "error">;
  #version = unknown;
  #byOthers = false;
  #isTroubled = false;

  constructor(store: Pick<StateStore, "dataVersion">, log: Pick<Logger, "error">) {
    this.#store = store;
    this.#log = log;
  }

  /** Calls back after each change until the returned function is called; says whether others made it. */
  onChange(listener: (byOthers: boolean) => void): () => void {
    this.#listeners.add(listener);
    if (!this.#timer) {
      this.#attempt(() => {
        this.#version = this.#store.dataVersion();
      });
      this.#timer = setInterval(() => this.#attempt(() => this.#poll()), pollInterval);
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.close();
    };
  }

  /** Reports a change made by this process, without waiting for the poll. */
  notify(): void {
    // A thousand jobs may end in one turn of the event loop: one look is enough for all of them.
    if (this.#listeners.size === 0 || this.#report) return;
    this.#report = setImmediate(() => {
      const byOthers = this.#byOthers;
      this.#report = undefined;
      this.#byOthers = false;
      let isWell = true;
      for (const listener of this.#listeners) {
        if (!this.#attempt(() => listener(byOthers))) isWell = false;
      }
      if (isWell) this.#isTroubled = false;
    });
  }

  /** Resolves once `read` returns something, looked at now and after each change; rejects with the signal. */
  async until<T>(read: () => T | undefined, signal?: AbortSignal): Promise<T> {
    const first = read();
    if (first !== undefined) return first;
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const stopListening = this.onChange(() => {
      try {
        const found = read();
        if (found !== undefined) resolve(found);
      } catch (error) {
        reject(error);
      }
    });
    const abort = (): void => reject(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    try {
      return await promise;
    } finally {
      stopListening();
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Forgets every listener. */
  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#listeners.clear();
  }

  #poll(): void {
    const version = this.#store.dataVersion();
    if (version === this.#version) return;
    this.#version = version;
    this.#byOthers = true;
    this.notify();
  }

  // A read that fails once must end neither the process nor the watch: everybody looks again.
  #attempt(look: () => void): boolean {
    try {
      look();
      return true;
    } catch (error) {
      this.#version = unknown;
      if (!this.#isTroubled) this.#log.error(`cannot look what has changed: ${messageOf(error)}`);
      this.#isTroubled = true;
      return false;
    }
  }
}
