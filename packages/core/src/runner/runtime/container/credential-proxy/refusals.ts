import type { Destination } from "./allow-list.ts";

/** Something that was not let through. */
export interface Refusal extends Destination {
  readonly reason: string;
}

export function describeRefusal({ host, port, reason }: Refusal): string {
  return `${host}:${port} is refused: ${reason}`;
}

/** One line of the record of refusals. */
export interface RefusalLine extends Refusal {
  /** ISO-8601 UTC. */
  readonly time: string;
  /** How often it was refused by then. */
  readonly count: number;
}

/** One line of the record; `undefined` for what a full disk has left of one. */
export function parseRefusal(line: string): RefusalLine | undefined {
  try {
    return JSON.parse(line) as RefusalLine;
  } catch {
    return undefined;
  }
}

/** Places that are told apart; an agent may ask for any number. */
const mostPlaces = 200;

/**
 * Counts refusals and tells of each place at its first, tenth, hundredth… one: whoever asks again and
 * again does not fill the disk.
 */
export class Refusals {
  readonly #counts = new Map<string, number>();
  readonly #write: (line: RefusalLine) => void;

  constructor(write: (line: RefusalLine) => void) {
    this.#write = write;
  }

  add({ host, port, reason }: Refusal): void {
    const isKnown = this.#counts.has(`${host}:${port}`) || this.#counts.size < mostPlaces;
    const place = isKnown ? { host, port, reason } : { host: "others", port: 0, reason };
    const key = `${place.host}:${place.port}`;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    if (/^10*$/.test(String(count))) {
      this.#write({ time: new Date().toISOString(), ...place, count });
    }
  }
}
