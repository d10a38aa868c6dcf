import { setTimeout as delay } from "node:timers/promises";
import type { FSWatcher } from "chokidar";
import { within } from "../../within.ts";

/** Milliseconds in which what is written is taken together. */
const settleMs = 25;

/** Tells when to look at growing files again. */
export class FileWatch {
  readonly #watcher: FSWatcher;
  #changed = Promise.withResolvers<true>();

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
    this.#changed.resolve(true);
  }

  /** Resolves soon after a change, and after `ms` at the latest. */
  async next(ms: number): Promise<void> {
    const hasChanged = await within(ms, this.#changed.promise);
    if (hasChanged) await delay(Math.min(ms, settleMs));
    this.#changed = Promise.withResolvers<true>();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watcher.close();
  }
}
