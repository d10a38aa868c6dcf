import { lookup } from "node:dns/promises";
import { isIP, type LookupFunction } from "node:net";
import {
  type AllowList,
  type Destination,
  findEntry,
  parseAllowList,
  parseDestination,
} from "./allow-list.ts";
import { isRefusedAddress } from "./refused-address.ts";
import { describeRefusal, type Refusal } from "./refusals.ts";

/** A destination that was looked at, and how to connect to just that. */
export interface OpenWay extends Destination {
  /** Gives the addresses that were checked: asked anew, a name could stand for others. */
  readonly lookup: LookupFunction;
}

/** Why there is no way. */
export class NoWay extends Error {
  readonly status: 400 | 403 | 502;

  constructor(status: NoWay["status"], message: string) {
    super(message);
    this.status = status;
  }
}

/** Decides which places on the network may be reached. */
export class Egress {
  readonly #allow: AllowList;
  readonly #onRefusal: (refusal: Refusal) => void;

  constructor(allow: readonly string[], onRefusal: (refusal: Refusal) => void) {
    this.#allow = parseAllowList(allow);
    this.#onRefusal = onRefusal;
  }

  /**
   * The way to `host:port`.
   *
   * @throws {NoWay}
   */
  async open(authority: string, defaultPort?: number): Promise<OpenWay> {
    const destination = parseDestination(authority, defaultPort);
    if (!destination) throw new NoWay(400, "this is no host and port");
    const { host, port } = destination;
    if (!findEntry(this.#allow, destination)) {
      throw this.#refused(destination, "it is not in `docker.egress.allow`");
    }
    const addresses = await resolve(host);
    const open = addresses.filter(
      ({ address }) => host === theHost || !isRefusedAddress(host, address),
    );
    const [first] = open;
    if (!first) {
      const found = addresses.map(({ address }) => address).join(", ");
      throw this.#refused(
        destination,
        `its name stands for ${found}, which only an entry of that address opens`,
      );
    }
    return {
      host,
      port,
      lookup: (_name, { all }, callback) => {
        if (all) callback(null, [...open]);
        else callback(null, first.address, first.family);
      },
    };
  }

  #refused(destination: Destination, reason: string): NoWay {
    const refusal = { ...destination, reason };
    this.#onRefusal(refusal);
    return new NoWay(403, describeRefusal(refusal));
  }
}

/** As containers of Docker call the machine that they run on; here it is this one. */
const theHost = "host.docker.internal";

const loopback: readonly Address[] = [
  { address: "127.0.0.1", family: 4 },
  { address: "::1", family: 6 },
];

interface Address {
  readonly address: string;
  readonly family: number;
}

async function resolve(host: string): Promise<readonly Address[]> {
  if (host === theHost) return loopback;
  const family = isIP(host);
  if (family !== 0) return [{ address: host, family }];
  try {
    return await lookup(host, { all: true });
  } catch {
    throw new NoWay(502, `the name ${host} cannot be resolved`);
  }
}
