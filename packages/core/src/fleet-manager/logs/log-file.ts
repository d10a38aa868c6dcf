import { type FileHandle, mkdir, open, rename } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { LineReader } from "../../state/line-reader.ts";
import { fileLinesBackwards } from "../../state/output-tail.ts";
import {
  archivedLog,
  formatLogLine,
  listArchives,
  liveLog,
  parseLogLine,
  removeArchives,
  type StoredEntry,
} from "./log-files.ts";
import type { LogEntry } from "../types.ts";

/** How to open the log for writing. There is one writer at a time: the holder of the lock. */
export interface LogFileOptions {
  readonly folder: string;
  /** Size at which the file is archived (default 8 MiB). */
  readonly maxBytes?: number;
  /** Files kept, the live one included (default 8). */
  readonly maxFiles?: number;
  /** Told of entries that are not in the file; `error` only with the first of a series. */
  readonly onLost: (entries: readonly StoredEntry[], error?: unknown) => void;
}

interface Line {
  readonly entry: StoredEntry;
  readonly text: string;
}

const longestBatch = 1024 * 1024;
// A disk that hangs must not fill the memory.
const mostPending = 32 * 1024 * 1024;

/** Appends to the daemon's log: entries are numbered at once and written in batches. */
export class LogFile {
  readonly #options: LogFileOptions;
  readonly #maxBytes: number;
  readonly #buffer: Line[] = [];
  #pending = 0;
  #handle: FileHandle | undefined;
  /** Bytes of whole lines. */
  #size = 0;
  /** A write broke off: there may be a part of a line behind `#size`. */
  #torn = false;
  #first: StoredEntry | undefined;
  #lastSeq = 0;
  #full = false;
  #failing = false;
  #writing: Promise<void> | undefined;

  private constructor(options: LogFileOptions) {
    this.#options = options;
    this.#maxBytes = options.maxBytes ?? 8 * 1024 * 1024;
  }

  /** Opens the log, or creates it; goes on after its last whole line. */
  static async open(options: LogFileOptions): Promise<LogFile> {
    const file = new LogFile(options);
    await mkdir(options.folder, { recursive: true, mode: 0o700 });
    await file.#resume();
    return file;
  }

  /** Gives the entry its place and hands it over for writing. */
  append(entry: LogEntry): StoredEntry {
    this.#lastSeq += 1;
    const stored = { seq: this.#lastSeq, ...entry };
    const text = formatLogLine(stored);
    if (this.#pending > mostPending) {
      this.#options.onLost([stored]);
      return stored;
    }
    this.#pending += text.length;
    this.#buffer.push({ entry: stored, text });
    this.#writing ??= this.#write();
    return stored;
  }

  /** Forgets entries older than this time, by whole files. */
  async forget(before: number): Promise<void> {
    await removeArchives(this.#options.folder, { writtenAfter: before });
    this.#full ||= this.#first !== undefined && this.#first.timestamp.getTime() < before;
  }

  /** Waits until what was said so far is in the file, or lost. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  /** Writes what is left and closes the file. */
  async close(): Promise<void> {
    await this.flush();
    await this.#handle?.close();
    this.#handle = undefined;
  }

  async #resume(): Promise<void> {
    const { folder } = this.#options;
    const live = liveLog(folder);
    const end = lastEntry(live);
    this.#first = await firstEntry(live);
    this.#size = end?.bytes ?? 0;
    const archive = (await listArchives(folder)).at(-1);
    const last = end ?? (archive && lastEntry(archive.path));
    this.#lastSeq = last?.entry.seq ?? 0;
    this.#handle = await open(live, "a", 0o600);
    await this.#handle.truncate(this.#size);
  }

  async #write(): Promise<void> {
    while (this.#buffer.length > 0) {
      await setImmediate();
      const batch = this.#takeBatch();
      try {
        await this.#writeBatch(batch);
        this.#failing = false;
      } catch (error) {
        const entries = batch.map(({ entry }) => entry);
        this.#options.onLost(entries, this.#failing ? undefined : error);
        this.#failing = true;
      }
    }
    this.#writing = undefined;
  }

  #takeBatch(): readonly Line[] {
    let size = 0;
    const isOver = this.#buffer.findIndex(({ text }) => (size += text.length) > longestBatch);
    const batch = this.#buffer.splice(0, isOver < 0 ? this.#buffer.length : Math.max(1, isOver));
    for (const { text } of batch) this.#pending -= text.length;
    return batch;
  }

  async #writeBatch(batch: readonly Line[]): Promise<void> {
    const bytes = Buffer.from(batch.map(({ text }) => text).join(""));
    const isFull = this.#full || this.#size + bytes.length > this.#maxBytes;
    if (isFull && this.#first) await this.#rotate(this.#first);
    this.#handle ??= await open(liveLog(this.#options.folder), "a", 0o600);
    if (this.#torn) await this.#handle.truncate(this.#size);
    this.#torn = true;
    await this.#handle.appendFile(bytes);
    this.#torn = false;
    this.#size += bytes.length;
    this.#first ??= batch[0]?.entry;
  }

  async #rotate({ seq }: StoredEntry): Promise<void> {
    const { folder, maxFiles = 8 } = this.#options;
    // What broke off would stay in the archive for ever.
    if (this.#torn) await this.#handle?.truncate(this.#size);
    await rename(liveLog(folder), archivedLog(folder, seq));
    const handle = this.#handle;
    this.#handle = undefined;
    this.#first = undefined;
    this.#size = 0;
    this.#torn = false;
    this.#full = false;
    await handle?.close();
    await removeArchives(folder, { most: maxFiles - 1 });
  }
}

function lastEntry(
  path: string,
): { readonly entry: StoredEntry; readonly bytes: number } | undefined {
  for (const { bytes, end } of fileLinesBackwards(path)) {
    const entry = parseLogLine(bytes);
    if (entry) return { entry, bytes: end };
  }
  return undefined;
}

async function firstEntry(path: string): Promise<StoredEntry | undefined> {
  const reader = new LineReader(path);
  try {
    for await (const bytes of reader.wholeLines()) {
      const entry = parseLogLine(bytes);
      if (entry) return entry;
    }
    return undefined;
  } finally {
    await reader.close();
  }
}
