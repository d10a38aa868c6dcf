import type { Readable, Writable } from "node:stream";
import { serveStdio, StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { createFleetMcpServer, type McpServerParts } from "./mcp-server.ts";

/** The two ends of a client. */
export interface Pipes {
  readonly stdin: Readable;
  readonly stdout: Writable;
}

/** Serves MCP to a client; resolves once it is gone, or `closing` aborts. */
export async function serveOnStdio(parts: McpServerParts, { stdin, stdout }: Pipes): Promise<void> {
  const { closing, logger } = parts;
  const gone = Promise.withResolvers<void>();
  for (const event of ["end", "close"]) stdin.once(event, () => gone.resolve());
  closing.addEventListener("abort", () => gone.resolve(), { once: true });
  if (closing.aborted) return;
  const server = serveStdio(() => createFleetMcpServer(parts), {
    transport: new StdioServerTransport(stdin, stdout),
    onerror: (error) => logger.warn(`mcp: ${describe(error)}`),
  });
  await gone.promise;
  await server.close();
}

// What does not parse is told in a page of JSON.
function describe(error: Error): string {
  const isNoMessage = error instanceof SyntaxError || error.name === "ZodError";
  return isNoMessage ? "a line that is no message was left out" : error.message;
}
