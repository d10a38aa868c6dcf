import { setImmediate } from "node:timers/promises";
import { LineReader } from "../../state/line-reader.ts";
import { fileLinesBackwards } from "../../state/output-tail.ts";
import { listArchives, liveLog, parseLogLine, type StoredEntry } from "./log-files.ts";
import type { LogEntry } from "../types.ts";

interface OpenPart {
  readonly reader: LineReader;
  /** Nothing more will be written to it. */
  readonly archived: boolean;
  /** Known once an entry was read. */
  firstSeq: number | undefined;
}

/** Reads the daemon's log in order, over its parts, in constant memory; any process may write. */
export class LogReader {
  readonly #folder: string;
  readonly #fromSeq: number;
  #part: OpenPart | undefined;
  /** First place of the last part that was read to its end. */
  #donePart: number | undefined;
  #lastSeq: number;

  constructor(folder: string, fromSeq = 1) {
    this.#folder = folder;
    this.#fromSeq = fromSeq;
    this.#lastSeq = fromSeq - 1;
  }

  /** Entries that were not read yet. */
  async *newEntries(): AsyncGenerator<StoredEntry> {
    for (;;) {
      this.#part ??= await this.#nextPart();
      const part = this.#part;
      // Asked before reading: what was written before the file was archived is read after that.
      const isWhole = part.archived || (await this.#isArchived(part.firstSeq));
      yield* this.#readPart(part);
      if (this.#part !== part) continue;
      if (!isWhole) return;
      this.#donePart = part.firstSeq;
      await this.close();
    }
  }

  /** Closes the file that is open; reading may go on. */
  async close(): Promise<void> {
    await this.#part?.reader.close();
    this.#part = undefined;
  }

  async *#readPart(part: OpenPart): AsyncGenerator<StoredEntry> {
    for await (const bytes of part.reader.wholeLines()) {
      const entry = parseLogLine(bytes);
      if (!entry) continue;
      if (part.firstSeq === undefined) {
        if (await this.#skipsParts(entry.seq)) return this.close();
        part.firstSeq = entry.seq;
      }
      if (entry.seq <= this.#lastSeq) continue;
      this.#lastSeq = entry.seq;
      yield entry;
    }
  }

  async #nextPart(): Promise<OpenPart> {
    const archives = await listArchives(this.#folder);
    if (this.#donePart === undefined) {
      const start = archives.findLastIndex(({ firstSeq }) => firstSeq <= this.#fromSeq);
      this.#donePart = archives[start - 1]?.firstSeq ?? 0;
    }
    const done = this.#donePart;
    const next = archives.find(({ firstSeq }) => firstSeq > done);
    return next
      ? { reader: new LineReader(next.path), archived: true, firstSeq: next.firstSeq }
      : { reader: new LineReader(liveLog(this.#folder)), archived: false, firstSeq: undefined };
  }

  async #isArchived(firstSeq: number | undefined): Promise<boolean> {
    if (firstSeq === undefined) return false;
    return (await listArchives(this.#folder)).some((archive) => archive.firstSeq === firstSeq);
  }

  /** The live part was archived between the look at the folder and its opening. */
  async #skipsParts(firstSeq: number): Promise<boolean> {
    const done = this.#donePart ?? 0;
    const archives = await listArchives(this.#folder);
    return archives.some((archive) => archive.firstSeq > done && archive.firstSeq < firstSeq);
  }
}

// Parsing a file backwards takes a while; the fleet goes on meanwhile.
const linesPerTurn = 2_000;

/** Where to begin to read the last `count` entries that are wanted. */
export async function findTail(
  folder: string,
  count: number,
  wants: (entry: LogEntry) => boolean,
): Promise<number> {
  const parts = [...(await listArchives(folder)).map(({ path }) => path), liveLog(folder)];
  let left = count;
  let start: number | undefined;
  let lines = 0;
  for (const path of parts.toReversed()) {
    for (const { bytes } of fileLinesBackwards(path)) {
      if (++lines % linesPerTurn === 0) await setImmediate();
      const entry = parseLogLine(bytes);
      start ??= entry && entry.seq + 1;
      if (left <= 0) break;
      if (!entry || !wants(entry)) continue;
      start = entry.seq;
      left -= 1;
    }
    if (left <= 0 && start !== undefined) break;
  }
  return start ?? 1;
}
