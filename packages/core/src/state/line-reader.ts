import { type FileHandle, open } from "node:fs/promises";

const chunkSize = 256 * 1024;
const newline = 0x0a;

/** Reads a growing file by whole lines. */
export class LineReader {
  readonly #file: string;
  #handle: FileHandle | undefined;
  // Behind the last whole line. What follows is read anew next time: a writer that finds the rest
  // of a crash there cuts it off.
  #position = 0;

  constructor(file: string, position = 0) {
    this.#file = file;
    this.#position = position;
  }

  /** Where the line after the last one read begins, in bytes. */
  get position(): number {
    return this.#position;
  }

  /** Whole lines that were not read yet, without their line breaks; none while the file is missing. */
  async *wholeLines(): AsyncGenerator<Buffer> {
    this.#handle ??= await openIfExists(this.#file);
    if (!this.#handle) return;
    let rest: Buffer = Buffer.alloc(0);
    for (;;) {
      const chunk = Buffer.allocUnsafe(Math.max(chunkSize, rest.length));
      const { bytesRead } = await this.#handle.read(
        chunk,
        0,
        chunk.length,
        this.#position + rest.length,
      );
      if (bytesRead === 0) return;
      const bytes = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
      let start = 0;
      for (
        let at = bytes.indexOf(newline, rest.length);
        at >= 0;
        at = bytes.indexOf(newline, start)
      ) {
        this.#position += at + 1 - start;
        yield bytes.subarray(start, at);
        start = at + 1;
      }
      rest = bytes.subarray(start);
    }
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
