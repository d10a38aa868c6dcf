import type { Clock } from "../clock.ts";

export interface FirstCauseOptions {
  /** A person's or the daemon's wish; its reason is the cause. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Milliseconds until the cause is `timeout`. */
  readonly timeout?: number;
}

/** Remembers what first asked for the end of a run; what asks later changes nothing. */
export class FirstCause {
  readonly #asked = new AbortController();
  readonly #settled = new AbortController();
  #cause: string | undefined;

  constructor({ signal, clock, timeout }: FirstCauseOptions) {
    const onAbort = (): void => this.#ask(causeOf(signal.reason));
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true, signal: this.#settled.signal });
    if (timeout !== undefined && !signal.aborted) {
      clock.sleep(timeout, this.#settled.signal).then(
        () => this.#ask("timeout"),
        // Settled before its time.
        () => undefined,
      );
    }
  }

  /** Aborted with the first cause. */
  get signal(): AbortSignal {
    return this.#asked.signal;
  }

  /** Stops listening and tells the cause, where there was one. */
  settle(): string | undefined {
    this.#settled.abort("settled");
    return this.#cause;
  }

  [Symbol.dispose](): void {
    this.settle();
  }

  #ask(cause: string): void {
    if (this.#settled.signal.aborted || this.#cause !== undefined) return;
    this.#cause = cause;
    this.#asked.abort(cause);
  }
}

function causeOf(reason: unknown): string {
  return typeof reason === "string" ? reason : "cancelled";
}
