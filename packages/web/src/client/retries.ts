import { setTimeout as delay } from "node:timers/promises";
import { FleetManagerError } from "@herdctl/core";
import type { StreamOptions } from "../operations.ts";
import type { Connection } from "./connection.ts";
import { decideRetry } from "./patience.ts";

/** `StreamOptions`, where an option may also be `undefined`. */
export type Steering = { readonly [Name in keyof StreamOptions]: StreamOptions[Name] | undefined };

/** The failures in a row of one stream or wait, and what becomes of it. */
export class Retries {
  readonly #connection: Connection;
  readonly #signal: AbortSignal;
  readonly #onPresence: StreamOptions["onPresence"];
  #wasThere = false;
  #isAway = false;
  #failures = 0;
  #brokenOff = 0;
  #since = 0;

  /** They end with the signal and with the connection. */
  constructor(connection: Connection, { signal, onPresence }: Steering) {
    this.#connection = connection;
    this.#signal = signal ? AbortSignal.any([signal, connection.closed]) : connection.closed;
    this.#onPresence = onPresence;
  }

  /** Aborts when nobody wants to go on. */
  get signal(): AbortSignal {
    return this.#signal;
  }

  /** Nothing is known of the daemon, or nothing good. */
  get isInDoubt(): boolean {
    return this.#failures > 0 || !this.#connection.wasThere();
  }

  /** The daemon begins to answer: how that ends is yet to be seen. */
  greet(): void {
    if (this.#isAway) this.#onPresence?.(true);
    this.#isAway = false;
  }

  /** The daemon has answered. */
  recover(): void {
    this.greet();
    this.#wasThere = true;
    this.#failures = 0;
    this.#brokenOff = 0;
  }

  /**
   * Resolves when to try again, or when the signal aborts. `answeredAt` is when the daemon answered this
   * time, by `performance.now()`.
   *
   * @throws the error itself when it is an answer; `DAEMON_UNREACHABLE` or `TIMEOUT` when it is time to
   * give up
   */
  async afterFailure(error: unknown, answeredAt?: number): Promise<void> {
    const isAbsent = error instanceof FleetManagerError;
    if (isAbsent && error.code !== "DAEMON_UNREACHABLE" && error.code !== "TIMEOUT") throw error;
    const { patience, brokenOff } = this.#connection;
    const now = performance.now();
    this.#wasThere ||= this.#connection.wasThere();
    if (answeredAt !== undefined) {
      this.#wasThere = true;
      if (now - answeredAt >= patience.goodLife) this.recover();
      this.#brokenOff += 1;
    }
    if (this.#failures === 0) this.#since = now;
    this.#failures += 1;
    const pause = decideRetry(
      {
        how: answeredAt !== undefined ? "brokeOff" : isAbsent ? "absent" : "broke",
        wasThere: this.#wasThere,
        failures: this.#failures,
        brokenOff: this.#brokenOff,
        elapsed: now - this.#since,
      },
      patience,
    );
    if (pause === undefined) throw isAbsent ? error : brokenOff(error);
    if (!this.#isAway && now - this.#since >= patience.notice) {
      this.#isAway = true;
      this.#onPresence?.(false);
    }
    await delay(pause, undefined, { signal: this.#signal }).catch(() => undefined);
  }
}
