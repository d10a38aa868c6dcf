import { createMcpHandler, type McpHttpHandler } from "@modelcontextprotocol/server";
import { createFleetMcpServer, type McpServerParts } from "./mcp-server.ts";

/** Answers one HTTP request of an MCP client. */
export type AnswerMcp = (request: Request, readOnly: boolean) => Promise<Response>;

/** Serves MCP over HTTP without sessions: each request stands for itself, so restarts break nothing. */
export function createMcpAnswers(parts: Omit<McpServerParts, "readOnly">): AnswerMcp {
  const all = createHandler({ ...parts, readOnly: false });
  const reading = createHandler({ ...parts, readOnly: true });
  return (request, readOnly) => (readOnly ? reading : all).fetch(request);
}

function createHandler(parts: McpServerParts): McpHttpHandler {
  const { closing, logger } = parts;
  const handler = createMcpHandler(() => createFleetMcpServer(parts), {
    onerror: (error) => logger.debug(`mcp: ${error.message}`),
  });
  closing.addEventListener("abort", () => void handler.close(), { once: true });
  return handler;
}
