import { setTimeout as delay } from "node:timers/promises";
import type { FSWatcher } from "chokidar";

/** Milliseconds in which what is written is taken together. */
const settleMs = 25;

/** Tells when to look at growing files again. */
export class FileWatch {
  readonly #watcher: FSWatcher;
  #changed = Promise.withResolvers<void>();

  private constructor(watcher: FSWatcher) {
    this.#watcher = watcher;
    watcher.on("all", () => this.wake());
    // Out of watches, on a file system without them: looking from time to time is enough.
    watcher.on("error", () => undefined);
  }

  static async open(paths: readonly string[]): Promise<FileWatch> {
    const { watch } = await import("chokidar");
    return new FileWatch(watch([...paths], { depth: 0, persistent: false }));
  }

  add(path: string): void {
    this.#watcher.add(path);
  }

  wake(): void {
    this.#changed.resolve();
  }

  /** Resolves soon after a change, and after `ms` at the latest. */
  async next(ms: number): Promise<void> {
    const timer = new AbortController();
    const elapsed = delay(ms, "elapsed" as const, { signal: timer.signal }).catch(() => undefined);
    const first = await Promise.race([elapsed, this.#changed.promise]);
    timer.abort();
    if (first !== "elapsed") await delay(Math.min(ms, settleMs));
    this.#changed = Promise.withResolvers<void>();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watcher.close();
  }
}
