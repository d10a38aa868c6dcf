import type { ServerResponse } from "node:http";
import { type Access, FleetManagerError } from "@herdctl/core";
import type { Visitor } from "./visitor.ts";

const mostPerAccess = 1_000;
const mostInAll = 1_500;
// A token that was replaced ends what was opened with it within this, milliseconds.
const look = 500;

interface OpenStream {
  readonly visitor: Visitor;
  readonly outgoing: ServerResponse;
}

/** Event streams that are open: so many at most, and only for as long as their reader may be in. */
export class StreamLimits {
  readonly #open = new Set<OpenStream>();
  #timer: NodeJS.Timeout | undefined;

  /**
   * Counts an answer that is a stream of events, until its connection ends.
   *
   * @throws `TOO_MANY_REQUESTS` when there are too many; then this one ends before it began
   */
  admit({ headers, body }: Response, visitor: Visitor, outgoing?: ServerResponse): void {
    if (!headers.get("content-type")?.startsWith("text/event-stream")) return;
    // Whoever has gone meanwhile does not close once more.
    if (!outgoing || outgoing.destroyed) return;
    if (this.#open.size >= mostInAll || this.#countOf(visitor.access) >= mostPerAccess) {
      void body?.cancel();
      throw new FleetManagerError("Too many event streams are open. Close some.", {
        code: "TOO_MANY_REQUESTS",
        context: { retryAfter: 5 },
      });
    }
    const stream = { visitor, outgoing };
    this.#open.add(stream);
    outgoing.once("close", () => {
      this.#open.delete(stream);
      if (this.#open.size === 0) this.#rest();
    });
    this.#timer ??= setInterval(() => this.#endStale(), look).unref();
  }

  #countOf(access: Access): number {
    let count = 0;
    for (const { visitor } of this.#open) if (visitor.access === access) count += 1;
    return count;
  }

  #endStale(): void {
    for (const { visitor, outgoing } of this.#open) {
      if (!visitor.isStillIn()) outgoing.destroy();
    }
  }

  #rest(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
