import { type BigIntStats } from "node:fs";
import { stat } from "node:fs/promises";
import { isMissing, LineReader, type LineReaderOptions } from "../../state/line-reader.ts";

/** Takes the lines of a growing file one by one. */
export class FileTail {
  readonly #path: string;
  readonly #reader: LineReader;
  #lines: AsyncGenerator<Buffer> | undefined;
  #inode: bigint | undefined;
  /** Size at the last look: while it stays, there is nothing to read. */
  #size = 0n;

  constructor(path: string, options: LineReaderOptions = {}) {
    this.#path = path;
    this.#reader = new LineReader(path, options);
  }

  /** The next line; `undefined` when no other is complete yet. */
  async next(): Promise<string | undefined> {
    if (!this.#lines) {
      const size = (await statIfExists(this.#path))?.size ?? 0n;
      if (size === this.#size) return undefined;
      this.#size = size;
      this.#lines = this.#reader.wholeLines();
    }
    const { done, value } = await this.#lines.next();
    if (done !== true) return value.toString("utf8");
    this.#lines = undefined;
    return undefined;
  }

  /** Tells whether the file was deleted, replaced or cut off, so that nothing more can come. */
  async isBroken(): Promise<boolean> {
    const now = await statIfExists(this.#path);
    if (!now) return this.#inode !== undefined || this.#reader.position > 0;
    this.#inode ??= now.ino;
    return now.ino !== this.#inode || now.size < this.#reader.position;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lines?.return(undefined);
    await this.#reader.close();
  }
}

async function statIfExists(path: string): Promise<BigIntStats | undefined> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
