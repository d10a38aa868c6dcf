import type { Readable, Writable } from "node:stream";
import { type Logger, silentLogger } from "@herdctl/core";
import type { ReachedFleet } from "./mcp-server.ts";

/** Options of {@link serveMcp}. */
export interface ServeMcpOptions {
  /** The fleet as it can be reached at this moment; asked for each call of a tool. */
  readonly reachFleet: () => Promise<ReachedFleet>;
  /** Offer only tools that change nothing (default: all). */
  readonly readOnly?: boolean;
  /** Where the client speaks (default `process.stdin`). */
  readonly stdin?: Readable;
  /** Where it is answered (default `process.stdout`); nothing else may write there. */
  readonly stdout?: Writable;
  readonly logger?: Logger;
  /** Ends the serving. */
  readonly signal?: AbortSignal;
}

/**
 * Serves a fleet to an MCP client on standard input and output; resolves once the client is gone.
 *
 * @example
 * ```ts
 * const fleet = localOperations(manager);
 * await serveMcp({ reachFleet: async () => ({ fleet, [Symbol.asyncDispose]: async () => {} }) });
 * ```
 */
export async function serveMcp(options: ServeMcpOptions): Promise<void> {
  const { reachFleet, readOnly = false, logger = silentLogger } = options;
  const { stdin = process.stdin, stdout = process.stdout } = options;
  // Loaded here, so that a client of the API does not pay for it.
  const { serveOnStdio } = await import("./serve-stdio.ts");
  const closing = options.signal ?? new AbortController().signal;
  await serveOnStdio({ reachFleet, readOnly, closing, logger }, { stdin, stdout });
}
