import { randomUUID } from "node:crypto";
import type { McpSdkServerConfigWithInstance } from "@anthropic-ai/claude-agent-sdk";
import { fieldOf } from "../../field-of.ts";
import { loadAgentSdk } from "../runtime/load-agent-sdk.ts";
import type { AgentTool, ToolCall } from "./agent-tool.ts";

/** Name of herdctl's MCP server: Claude knows its tools as `mcp__herdctl__<tool>`. */
export const agentServerName = "herdctl";

/**
 * An MCP server with these tools; each one is for one connection.
 *
 * @throws `SDK_NOT_INSTALLED` when the Agent SDK cannot be loaded
 */
export async function createAgentServer(
  tools: readonly AgentTool[],
): Promise<McpSdkServerConfigWithInstance> {
  const { createSdkMcpServer, tool } = await loadAgentSdk();
  return createSdkMcpServer({
    name: agentServerName,
    // Deferred, Claude would have to search for them first.
    alwaysLoad: true,
    tools: tools.map((item) =>
      tool(
        item.name,
        item.description,
        item.input,
        async (input, extra) => {
          const text = await item.call(input, toToolCall(extra));
          return { content: [{ type: "text", text }] };
        },
        // Nothing of the agent's workspace changes; without it, Claude Code refuses them in plan mode.
        { annotations: { readOnlyHint: true } },
      ),
    ),
  });
}

function toToolCall(extra: unknown): ToolCall {
  const signal = fieldOf(extra, "signal");
  const id = fieldOf(fieldOf(extra, "_meta"), "claudecode/toolUseId");
  return {
    id: typeof id === "string" ? id : randomUUID(),
    signal: signal instanceof AbortSignal ? signal : new AbortController().signal,
  };
}
