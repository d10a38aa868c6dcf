import type { Readable } from "node:stream";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { createFleetMcpServer, type McpServerParts } from "./mcp-server.ts";

/** Serves MCP on standard input and output; resolves once the client is gone, or `closing` aborts. */
export async function serveOnStdio(parts: McpServerParts, stdin: Readable): Promise<void> {
  const { closing, logger } = parts;
  const gone = Promise.withResolvers<void>();
  for (const event of ["end", "close"]) stdin.once(event, () => gone.resolve());
  closing.addEventListener("abort", () => gone.resolve(), { once: true });
  if (closing.aborted) return;
  const server = serveStdio(() => createFleetMcpServer(parts), {
    onerror: (error) => logger.warn(`mcp: ${error.message}`),
  });
  await gone.promise;
  await server.close();
}
