import type { FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { setImmediate } from "node:timers/promises";
import { type Clock, systemClock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import { StateDirectoryError } from "./errors.ts";
import type { OutputEntry, OutputLine } from "./output-line.ts";

/** How to open the output of a job for appending. */
export interface OpenJobOutputOptions {
  /** From {@link jobOutputFile}. */
  readonly file: string;
  /** Attempt that the lines belong to. */
  readonly attempt: number;
  readonly clock?: Clock;
}

/** Size of an output file. */
export interface OutputSize {
  readonly bytes: number;
  readonly lines: number;
}

// Characters that may wait: enough for large writes, little enough to lose nothing but the last instant.
const mostPending = 262_144;

/**
 * Appends to the output of one job. Lines are numbered and stamped at once and written in batches,
 * one for each turn of the event loop. There is one writer at a time for a file.
 */
export class JobOutputWriter {
  readonly #handle: FileHandle;
  readonly #file: string;
  readonly #attempt: number;
  readonly #clock: Clock;
  #buffer: string[] = [];
  #pending = 0;
  #seq: number;
  #written: OutputSize;
  #writing: Promise<void> | undefined;
  #failure: StateDirectoryError | undefined;
  #size: Promise<OutputSize> | undefined;

  constructor(handle: FileHandle, options: OpenJobOutputOptions, end: OutputSize) {
    this.#handle = handle;
    this.#file = options.file;
    this.#attempt = options.attempt;
    this.#clock = options.clock ?? systemClock;
    this.#seq = end.lines;
    this.#written = end;
  }

  /** Lines in the file and on their way to it. */
  get lines(): number {
    return this.#seq;
  }

  /** Bytes in the file. */
  get bytes(): number {
    return this.#written.bytes;
  }

  /** Characters that wait to be written: a producer that sees this grow awaits {@link drained}. */
  get pending(): number {
    return this.#pending;
  }

  /**
   * Gives the entry its place and hands it over for writing.
   *
   * @throws {StateDirectoryError} `STATE_DIR` once an earlier write has failed: nothing more is kept.
   */
  append(entry: OutputEntry): OutputLine {
    if (this.#failure) throw this.#failure;
    if (this.#size) throw new TypeError(`the output ${this.#file} is closed`);
    this.#seq += 1;
    const timestamp = new Date(this.#clock.now()).toISOString();
    const line: OutputLine = { seq: this.#seq, timestamp, attempt: this.#attempt, ...entry };
    const text = `${JSON.stringify(line)}\n`;
    this.#buffer.push(text);
    this.#pending += text.length;
    this.#writing ??= this.#write();
    return line;
  }

  /** Resolves when little enough waits to be written; never rejects. */
  async drained(): Promise<void> {
    if (this.#pending >= mostPending) await this.#writing;
  }

  /**
   * Waits until every appended line is in the file.
   *
   * @throws {StateDirectoryError} `STATE_DIR` when a write has failed.
   */
  async flush(): Promise<void> {
    await this.#writing;
    if (this.#failure) throw this.#failure;
  }

  /**
   * Writes what is left, makes the file durable and closes it. A second call joins the first.
   *
   * @throws {StateDirectoryError} `STATE_DIR` when a write has failed; whole lines before it are kept.
   */
  close(): Promise<OutputSize> {
    this.#size ??= this.#close();
    return this.#size;
  }

  async #close(): Promise<OutputSize> {
    try {
      await this.flush();
      await this.#handle.datasync();
      return this.#written;
    } catch (error) {
      throw toOutputError(error, this.#file);
    } finally {
      await this.#handle.close();
    }
  }

  async #write(): Promise<void> {
    await setImmediate();
    while (this.#buffer.length > 0 && !this.#failure) {
      const batch = this.#buffer;
      this.#buffer = [];
      await this.#writeBatch(batch);
    }
    this.#writing = undefined;
  }

  async #writeBatch(batch: readonly string[]): Promise<void> {
    const bytes = Buffer.from(batch.join(""));
    let done = 0;
    try {
      while (done < bytes.length) {
        const { bytesWritten } = await this.#handle.write(bytes, done);
        done += bytesWritten;
      }
      this.#written = this.#grown(bytes.length, batch.length);
    } catch (error) {
      this.#failure = toOutputError(error, this.#file);
      await this.#keepWholeLines(bytes.subarray(0, done));
    }
    this.#pending -= batch.reduce((sum, text) => sum + text.length, 0);
  }

  async #keepWholeLines(written: Buffer): Promise<void> {
    const whole = written.subarray(0, written.lastIndexOf("\n") + 1);
    this.#written = this.#grown(whole.length, countLines(whole));
    this.#seq = this.#written.lines;
    // A reader ignores a torn line anyway, and the next writer cuts it off.
    await this.#handle.truncate(this.#written.bytes).catch(() => undefined);
  }

  #grown(bytes: number, lines: number): OutputSize {
    return { bytes: this.#written.bytes + bytes, lines: this.#written.lines + lines };
  }
}

/** Says which output could not be written, and why. */
export function toOutputError(error: unknown, file: string): StateDirectoryError {
  if (error instanceof StateDirectoryError) return error;
  const full = error instanceof Error && "code" in error && error.code === "ENOSPC";
  const remedy = full
    ? "The disk is full: free some space."
    : "Check the disk and its permissions.";
  return new StateDirectoryError(
    `Cannot write job output "${file}". ${remedy} (${messageOf(error)})`,
    {
      stateDir: dirname(dirname(file)),
      cause: error,
    },
  );
}

function countLines(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf("\n"); at >= 0; at = bytes.indexOf("\n", at + 1)) lines += 1;
  return lines;
}
