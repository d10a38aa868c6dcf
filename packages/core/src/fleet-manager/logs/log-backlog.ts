import type { StoredEntry } from "./log-files.ts";
import type { LogEntry } from "../types.ts";

const historySize = 1_000;
// A reader this far behind loses the oldest, so that it costs the fleet nothing.
const longestBacklog = 10_000;

/** Log entries in memory, for those that are in no file. */
export class LogBacklog {
  #history: LogEntry[] = [];
  readonly #readers = new Set<BacklogReader>();

  add(entry: LogEntry): void {
    this.#history.push(entry);
    if (this.#history.length > historySize) this.#history.shift();
    for (const reader of this.#readers) reader.add(entry);
  }

  /** What is known of the past, then what is added until it is disposed. */
  subscribe(wants: (entry: LogEntry) => boolean): BacklogReader {
    const reader = new BacklogReader(wants, () => this.#readers.delete(reader));
    for (const entry of this.#history) reader.add(entry);
    this.#readers.add(reader);
    return reader;
  }

  /** Hands the past over to a file; who is reading has it already. */
  moveTo(append: (entry: LogEntry) => StoredEntry): void {
    const moved = this.#history.map((entry) => append(entry).seq);
    this.#history = [];
    for (const reader of this.#readers) reader.skip(moved.at(0), moved.at(-1));
  }
}

/** One reader's place in a {@link LogBacklog}. */
export class BacklogReader {
  readonly #wants: (entry: LogEntry) => boolean;
  readonly #leave: () => void;
  readonly #entries: LogEntry[] = [];
  readonly #skipped: { readonly from: number; readonly to: number }[] = [];
  #wake: () => void = () => undefined;

  constructor(wants: (entry: LogEntry) => boolean, leave: () => void) {
    this.#wants = wants;
    this.#leave = leave;
  }

  add(entry: LogEntry): void {
    if (!this.#wants(entry)) return;
    this.#entries.push(entry);
    if (this.#entries.length > longestBacklog) this.#entries.shift();
    this.#wake();
  }

  /** The next entry that was not read yet. */
  next(): LogEntry | undefined {
    return this.#entries.shift();
  }

  /** Calls back after each new entry. */
  onEntry(wake: () => void): void {
    this.#wake = wake;
  }

  /** Marks places of the file that hold what this reader got from memory. */
  skip(from: number | undefined, to: number | undefined): void {
    if (from !== undefined && to !== undefined) this.#skipped.push({ from, to });
  }

  has(seq: number): boolean {
    return this.#skipped.some(({ from, to }) => from <= seq && seq <= to);
  }

  [Symbol.dispose](): void {
    this.#leave();
  }
}
