import type { Readable } from "node:stream";
import { type Logger, silentLogger } from "@herdctl/core";
import type { ReachedFleet } from "./mcp-server.ts";

/** Options of {@link serveMcp}. */
export interface ServeMcpOptions {
  /** The fleet as it can be reached at this moment; asked for each call of a tool. */
  readonly reachFleet: () => Promise<ReachedFleet>;
  /** Offer only tools that change nothing (default: all). */
  readonly readOnly?: boolean;
  /** Where the client speaks (default `process.stdin`); answers go to standard output. */
  readonly stdin?: Readable;
  readonly logger?: Logger;
  /** Ends the serving. */
  readonly signal?: AbortSignal;
}

/**
 * Serves a fleet to an MCP client on standard input and output; resolves once the client is gone.
 * Nothing else may write to standard output meanwhile.
 */
export async function serveMcp(options: ServeMcpOptions): Promise<void> {
  const { reachFleet, readOnly = false, stdin = process.stdin, logger = silentLogger } = options;
  // Loaded here, so that a client of the API does not pay for it.
  const { serveOnStdio } = await import("./serve-stdio.ts");
  const closing = options.signal ?? new AbortController().signal;
  await serveOnStdio({ reachFleet, readOnly, closing, logger }, stdin);
}
