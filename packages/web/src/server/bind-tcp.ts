import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { FleetManagerError } from "@herdctl/core";

/** Where to listen. */
export interface TcpPlace {
  /** A name or an address. */
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

/**
 * Binds servers to a place; resolves with its port. `localhost` is both loopback addresses: another
 * user of this machine could take the one that is left, and the tokens that browsers bring there.
 *
 * @throws `WEB_ADDRESS` when the place is taken, forbidden, or not of this machine
 */
export async function bindTcp(
  create: () => Server,
  { host, port }: TcpPlace,
): Promise<{ readonly servers: readonly Server[]; readonly port: number }> {
  if (host !== "localhost") {
    const server = await bind(create(), { host, port });
    return { servers: [server], port: portOf(server) };
  }
  const first = await bind(create(), { host: "127.0.0.1", port });
  try {
    const second = await bind(create(), { host: "::1", port: portOf(first) });
    return { servers: [first, second], port: portOf(first) };
  } catch (error) {
    if (lacksIpv6(error)) return { servers: [first], port: portOf(first) };
    first.close();
    throw error;
  }
}

async function bind(server: Server, place: TcpPlace): Promise<Server> {
  const bound = once(server, "listening");
  server.listen(place);
  try {
    await bound;
    return server;
  } catch (error) {
    throw toAddressError(error as NodeJS.ErrnoException, place);
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function lacksIpv6(error: unknown): boolean {
  const { cause } = error as Error;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT";
}

function toAddressError(error: NodeJS.ErrnoException, { host, port }: TcpPlace): FleetManagerError {
  const remedies: Readonly<Record<string, string>> = {
    EADDRINUSE: `Another program listens there. Choose another port with --port or \`web.port\`.`,
    EACCES:
      "Ports below 1024 are for the administrator. Choose another one with --port or `web.port`.",
    EADDRNOTAVAIL:
      "This machine has no such address. Choose another one with --host or `web.host`.",
    ENOTFOUND: "There is no such name. Choose another one with --host or `web.host`.",
  };
  const remedy =
    remedies[error.code ?? ""] ?? `Choose another place with --host and --port (${error.message}).`;
  return new FleetManagerError(`The fleet cannot be served on ${host}:${port}. ${remedy}`, {
    code: "WEB_ADDRESS",
    context: { host, port },
    cause: error,
  });
}
