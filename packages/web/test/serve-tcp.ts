import type { OutgoingHttpHeaders, RequestOptions } from "node:http";
import type { AccessTokens } from "@herdctl/core";
import { createFleetClient, type FleetClient, type FleetServerOptions } from "../src/index.ts";
import { type ServedFleet, serveRecorded } from "./serve-recorded.ts";

/** A raw request but for its destination. */
export interface RawOptions extends RequestOptions {
  readonly headers?: OutgoingHttpHeaders;
}

export interface TcpFleet extends ServedFleet {
  readonly url: string;
  readonly port: number;
  readonly tokens: AccessTokens;
  /** With the full token, over TCP. */
  readonly remote: FleetClient;
  /** Options of a raw request with a token, the full one unless said otherwise. */
  readonly to: (path: string, options?: RawOptions, token?: string) => RequestOptions;
}

/** A recorded fleet behind its socket and a TCP port. */
export async function serveTcp(
  options: FleetServerOptions & { readonly allowedHosts?: readonly string[] } = {},
): Promise<TcpFleet> {
  const served = await serveRecorded(options);
  const { url, newTokens } = await served.server.listenTcp({
    host: "127.0.0.1",
    port: 0,
    stateDir: served.folder,
    allowedHosts: options.allowedHosts ?? [],
  });
  if (!newTokens) throw new Error("no tokens were made");
  const remote = createFleetClient({ url, token: newTokens.full });
  const port = Number(new URL(url).port);
  return {
    ...served,
    url,
    port,
    tokens: newTokens,
    remote,
    to: (path, { headers, ...rest } = {}, token = newTokens.full) => ({
      host: "127.0.0.1",
      port,
      path,
      ...rest,
      headers: { authorization: `Bearer ${token}`, ...headers },
    }),
    async [Symbol.asyncDispose]() {
      remote.close();
      await served[Symbol.asyncDispose]();
    },
  };
}
