import { type FileHandle, open } from "node:fs/promises";

const chunkSize = 256 * 1024;
const newline = 0x0a;
// A request to the model is at most half of it; what is longer would fill the memory.
const longestLine = 64 * 1024 * 1024;
const headSize = 1024;

/** A line that is too long to be read. */
export interface LongLine {
  /** What it begins with. */
  readonly head: Buffer;
  readonly bytes: number;
}

export interface LineReaderOptions {
  /** Where to begin, in bytes: at the start of a line. */
  readonly position?: number;
  /** What is read in place of a line that is too long; absent: nothing. */
  readonly standIn?: (line: LongLine) => string | undefined;
  /** Bytes of a line that is read (default 64 MiB). */
  readonly longest?: number;
}

/** Reads a growing file by whole lines. A line that is too long is passed over, and takes no memory. */
export class LineReader {
  readonly #file: string;
  readonly #standIn: LineReaderOptions["standIn"];
  readonly #longest: number;
  #handle: FileHandle | undefined;
  // Behind the last whole line. What follows is read anew next time: a writer that finds the rest
  // of a crash there cuts it off.
  #position: number;
  /** As far as it was passed over. */
  #long: LongLine | undefined;

  constructor(file: string, options: LineReaderOptions = {}) {
    this.#file = file;
    this.#position = options.position ?? 0;
    this.#standIn = options.standIn;
    this.#longest = options.longest ?? longestLine;
  }

  /** Where the line after the last one read begins, in bytes. */
  get position(): number {
    return this.#position;
  }

  /** Whole lines that were not read yet, without their line breaks; none while the file is missing. */
  async *wholeLines(): AsyncGenerator<Buffer> {
    this.#handle ??= await openIfExists(this.#file);
    if (!this.#handle) return;
    const { size } = await this.#handle.stat();
    if (this.#long && size < this.#position + this.#long.bytes) this.#long = undefined;
    let rest: Buffer = Buffer.alloc(0);
    for (;;) {
      const read = await this.#readBehind(this.#handle, rest);
      if (read.length === 0) return;
      const bytes = Buffer.concat([rest, read]);
      let start = 0;
      for (
        let at = bytes.indexOf(newline, rest.length);
        at >= 0;
        at = bytes.indexOf(newline, start)
      ) {
        const line = this.#take(bytes.subarray(start, at));
        if (line) yield line;
        start = at + 1;
      }
      rest = this.#passOver(bytes.subarray(start));
    }
  }

  async #readBehind(handle: FileHandle, rest: Buffer): Promise<Buffer> {
    const chunk = Buffer.allocUnsafe(Math.max(chunkSize, rest.length));
    const from = this.#position + (this.#long?.bytes ?? 0) + rest.length;
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, from);
    return chunk.subarray(0, bytesRead);
  }

  /** The line that ends with these bytes, or what stands for it. */
  #take(bytes: Buffer): Buffer | undefined {
    const long = this.#lengthened(bytes);
    this.#long = undefined;
    this.#position += long.bytes + 1;
    if (long.bytes <= this.#longest) return bytes;
    const text = this.#standIn?.(long);
    return text === undefined ? undefined : Buffer.from(text);
  }

  /** What of a line that goes on is kept. */
  #passOver(bytes: Buffer): Buffer {
    if (!this.#long && bytes.length <= this.#longest) return bytes;
    this.#long = this.#lengthened(bytes);
    return Buffer.alloc(0);
  }

  #lengthened(bytes: Buffer): LongLine {
    const head = this.#long?.head ?? Buffer.from(bytes.subarray(0, headSize));
    return { head, bytes: (this.#long?.bytes ?? 0) + bytes.length };
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }
}

/** The file does not exist (yet, or any more). */
export function isMissing(error: unknown): boolean {
  if (!(error instanceof Error) || !("code" in error)) return false;
  return error.code === "ENOENT" || error.code === "ENOTDIR";
}

async function openIfExists(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, "r");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
