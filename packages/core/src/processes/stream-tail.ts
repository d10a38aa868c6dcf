import type { Readable } from "node:stream";
import { within } from "../within.ts";

/** The last bytes that a stream gave, in bounded memory. */
export class StreamTail {
  readonly #limit: number;
  readonly #closed: Promise<void>;
  #chunks: Buffer[] = [];
  #held = 0;
  #isCut = false;

  constructor(stream: Readable, limit: number) {
    this.#limit = limit;
    this.#closed = new Promise((resolve) => {
      stream.once("close", () => resolve());
    });
    stream.on("data", (chunk: Buffer) => this.#add(chunk));
  }

  /** Resolves when the stream has ended, or after `ms`. */
  async closed(ms: number): Promise<void> {
    await within(ms, this.#closed);
  }

  /** What is kept; a character that was cut in two at the start is left out. */
  text(): string {
    const bytes = Buffer.concat(this.#chunks).subarray(-this.#limit);
    let start = 0;
    while (this.#isCut && start < 4 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
    return bytes.toString("utf8", start);
  }

  #add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    this.#isCut ||= this.#held > this.#limit;
    // Cut once in a while: cutting at every chunk would copy everything each time.
    if (this.#held < 2 * this.#limit) return;
    const rest = Buffer.concat(this.#chunks).subarray(-this.#limit);
    this.#chunks = [rest];
    this.#held = rest.length;
  }
}
