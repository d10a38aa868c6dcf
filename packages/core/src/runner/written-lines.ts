import type { OutputEntry } from "../state/output-line.ts";

/**
 * Lines of an attempt that an earlier owner has written: reading its messages again from the start,
 * the next owner leaves these out. A message may have got to the disk in part.
 */
export class WrittenLines {
  readonly #counts = new Map<string, number>();

  constructor(lines: Iterable<OutputEntry>) {
    for (const line of lines) {
      const key = keyOf(line);
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    }
  }

  /** Tells whether this entry is one of them, each of which counts once. */
  take(entry: OutputEntry): boolean {
    const key = keyOf(entry);
    const count = this.#counts.get(key) ?? 0;
    if (count > 0) this.#counts.set(key, count - 1);
    return count > 0;
  }
}

/** The blocks of one message share its id and come in their order. */
function keyOf({ uuid, type, subtype, text }: OutputEntry): string {
  return uuid ?? JSON.stringify([type, subtype, text]);
}
