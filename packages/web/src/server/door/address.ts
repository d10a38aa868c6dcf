import type { Context } from "hono";
import type { AppEnv } from "../app.ts";

/** Where a request comes from; behind a proxy, from there. */
export function addressOf({ env }: Context<AppEnv>): string {
  // A socket for both families says an IPv4 address as one of IPv6.
  return (env.incoming?.socket.remoteAddress ?? "").replace(/^::ffff:(?=\d+\.)/, "");
}
