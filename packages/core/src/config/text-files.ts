import { readFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";

// Parsing one of them takes 0.2 ms: the event loop is free again after so many.
const filesPerTurn = 16;

/**
 * Reads the many small files of a fleet, one at a time: it may have more than a process may have
 * open. Each takes 3 µs so, and through the thread pool, with its four trips, 50.
 */
export class TextFiles {
  readonly #proposed: ReadonlyMap<string, string>;
  #asked = 0;
  #turn: Promise<void> = Promise.resolve();

  /** @param proposed Texts by absolute path, as if they were written already. */
  constructor(proposed: ReadonlyMap<string, string> = new Map()) {
    this.#proposed = proposed;
  }

  /** Absolute paths of the files that are only proposed. */
  get proposed(): readonly string[] {
    return [...this.#proposed.keys()];
  }

  async read(file: string): Promise<string> {
    const proposed = this.#proposed.get(file);
    if (proposed !== undefined) return proposed;
    this.#asked += 1;
    if (this.#asked % filesPerTurn === 0) this.#turn = this.#turn.then(() => setImmediate());
    await this.#turn;
    return readFileSync(file, "utf8");
  }
}
