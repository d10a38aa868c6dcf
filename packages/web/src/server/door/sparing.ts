/** What a {@link Sparing} has to know. */
export interface SparingOptions {
  /** So many are let through in a minute. */
  readonly most: number;
  /** Told at the end of a minute how many more there were, if there were any. */
  readonly sumUp: (more: number) => void;
}

const minute = 60_000;

/** Lets through the first few of a minute: whoever knocks without end fills no log and no disk. */
export class Sparing {
  readonly #options: SparingOptions;
  #count = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SparingOptions) {
    this.#options = options;
  }

  /** Counts one; tells whether it is among the first. */
  allows(): boolean {
    this.#timer ??= setTimeout(() => this.end(), minute).unref();
    this.#count += 1;
    return this.#count <= this.#options.most;
  }

  /** Ends the minute now. */
  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const more = this.#count - this.#options.most;
    this.#count = 0;
    if (more > 0) this.#options.sumUp(more);
  }
}
