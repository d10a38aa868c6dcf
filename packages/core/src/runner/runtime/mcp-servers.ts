import type {
  McpHttpServerConfig,
  McpSSEServerConfig,
  McpStdioServerConfig,
} from "@anthropic-ai/claude-agent-sdk";
import type { ResolvedMcpServer } from "../../config/resolved.ts";

type McpServer = McpStdioServerConfig | McpSSEServerConfig | McpHttpServerConfig;

/** MCP servers as Claude Code takes them, in the SDK's options and in a configuration file alike. */
export function toMcpServers(
  servers: Readonly<Record<string, ResolvedMcpServer>>,
): Record<string, McpServer> {
  return Object.fromEntries(
    Object.entries(servers).map(([name, server]) => [name, toMcpServer(server)]),
  );
}

function toMcpServer(server: ResolvedMcpServer): McpServer {
  const shared = {
    ...(server.timeout !== undefined && { timeout: server.timeout }),
    ...(server.alwaysLoad !== undefined && { alwaysLoad: server.alwaysLoad }),
  };
  if (server.type !== "stdio") {
    return { type: server.type, url: server.url, headers: { ...server.headers }, ...shared };
  }
  const { command, args, env } = server;
  return { type: "stdio", command, args: [...args], env: { ...env }, ...shared };
}
