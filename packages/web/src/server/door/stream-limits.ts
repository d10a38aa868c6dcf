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

  /** @throws `TOO_MANY_REQUESTS` when there are too many */
  add(visitor: Visitor, outgoing: ServerResponse): void {
    if (this.#open.size >= mostInAll || this.#countOf(visitor.access) >= mostPerAccess) {
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
