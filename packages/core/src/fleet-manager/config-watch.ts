import { type FSWatcher, watch } from "node:fs";
import { dirname } from "node:path";
import { messageOf } from "../errors.ts";
import type { Fleet } from "./fleet.ts";

// Editors write a file in several steps, and people save several files at once.
const quietMs = 300;

/**
 * Reloads the configuration after its files have changed. Folders are watched, not files: editors
 * replace files, and a glob takes up new ones. What cannot be watched is logged once.
 */
export class ConfigWatch {
  readonly #fleet: Fleet;
  readonly #reload: () => Promise<void>;
  readonly #watchers = new Map<string, FSWatcher>();
  #quiet: NodeJS.Timeout | undefined;

  constructor(fleet: Fleet, reload: () => Promise<void>) {
    this.#fleet = fleet;
    this.#reload = reload;
    this.#watchFolders();
  }

  close(): void {
    clearTimeout(this.#quiet);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #watchFolders(): void {
    for (const folder of new Set(this.#fleet.config.files.map(dirname))) {
      if (!this.#watchers.has(folder)) this.#watchFolder(folder);
    }
  }

  #watchFolder(folder: string): void {
    const failed = (error: unknown): void =>
      this.#fleet.log.warn(`cannot watch ${folder} for changes: ${messageOf(error)}`);
    try {
      const watcher = watch(folder, (_, name) => {
        if (name === null || /\.ya?ml$|^\.env$/.test(name)) this.#changed();
      });
      watcher.on("error", failed);
      this.#watchers.set(folder, watcher);
    } catch (error) {
      failed(error);
    }
  }

  #changed(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => void this.#apply(), quietMs);
  }

  async #apply(): Promise<void> {
    try {
      await this.#reload();
      this.#watchFolders();
    } catch {
      // The log says why.
    }
  }
}
