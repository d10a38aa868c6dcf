import { isIPv6 } from "node:net";
import { FleetManagerError } from "@herdctl/core";

interface Failures {
  count: number;
  /** Milliseconds. */
  readonly until: number;
}

const window = 60_000;
const mostPerAddress = 5;
const mostInAll = 100;
const mostAddresses = 1_000;

/** Slows down whoever guesses tokens: a few failures a minute from one address, and from all of them. */
export class LoginLimits {
  readonly #now: () => number;
  readonly #failures = new Map<string, Failures>();
  #all: Failures = { count: 0, until: 0 };

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @throws `TOO_MANY_REQUESTS` with `retryAfter` in seconds */
  check(address: string): void {
    const now = this.#now();
    const own = this.#failures.get(networkOf(address));
    const spent = [
      ...(own && own.count >= mostPerAddress ? [own.until] : []),
      ...(this.#all.count >= mostInAll ? [this.#all.until] : []),
    ];
    const until = Math.max(0, ...spent);
    if (until <= now) return;
    throw new FleetManagerError("Too many logins have failed. Wait a minute.", {
      code: "TOO_MANY_REQUESTS",
      context: { retryAfter: Math.ceil((until - now) / 1_000) },
    });
  }

  /** Counts a failure; tells whether it was the last that is let through. */
  fail(address: string): boolean {
    const now = this.#now();
    if (this.#all.until <= now) this.#all = { count: 0, until: now + window };
    this.#all.count += 1;
    const network = networkOf(address);
    const known = this.#failures.get(network);
    const own = known && known.until > now ? known : { count: 0, until: now + window };
    own.count += 1;
    this.#failures.delete(network);
    this.#failures.set(network, own);
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > mostAddresses && oldest !== undefined) this.#failures.delete(oldest);
    return own.count === mostPerAddress || this.#all.count === mostInAll;
  }
}

/** Whoever has one address of IPv6 has the other 2^64 of its network. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  const missing = tail === undefined ? 0 : 8;
  return [...groups, ...Array<string>(missing).fill("0")].slice(0, 4).join(":");
}
