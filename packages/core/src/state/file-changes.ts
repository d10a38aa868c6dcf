import { type FSWatcher, existsSync, watch } from "node:fs";
import { basename, dirname } from "node:path";

// Events are lost on some file systems (network mounts, other machines); a look a second is not.
const longestWait = 1_000;

/** Tells when a file, which may not exist yet, could have grown; by any process. */
export class FileChanges {
  readonly #file: string;
  readonly #wakers: readonly AbortSignal[];
  readonly #wake = (): void => this.wake();
  #watcher: FSWatcher | undefined;
  #watched = "";
  #changed = false;
  #resolve: (() => void) | undefined;

  /** Each of `wakers` ends the wait too when it aborts. */
  constructor(file: string, wakers: readonly AbortSignal[]) {
    this.#file = file;
    this.#wakers = wakers;
    for (const signal of wakers) signal.addEventListener("abort", this.#wake);
  }

  /** Reports a change that the file system does not. */
  wake(): void {
    this.#changed = true;
    this.#resolve?.();
  }

  /** Resolves after a change since the last call; now and then without one. */
  async next(): Promise<void> {
    this.#watch();
    if (!this.#changed) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#resolve = resolve;
      const timer = setTimeout(resolve, longestWait);
      await promise;
      clearTimeout(timer);
    }
    this.#changed = false;
  }

  close(): void {
    this.#watcher?.close();
    for (const signal of this.#wakers) signal.removeEventListener("abort", this.#wake);
  }

  // A file that does not exist cannot be watched, its folder can.
  #watch(): void {
    const target = existsSync(this.#file) ? this.#file : dirname(this.#file);
    if (target === this.#watched) return;
    this.#watcher?.close();
    this.#watched = target;
    // What happened before the watch began is not reported: look once more.
    this.#changed = true;
    try {
      this.#watcher = watch(target, (event, name) => {
        if (name !== null && name !== basename(this.#file)) return;
        // The file has another name now: what comes under this one is another file.
        if (event === "rename") this.#watched = "";
        this.wake();
      });
      this.#watcher.on("error", () => this.#watcher?.close());
    } catch {
      this.#watcher = undefined;
    }
  }
}
