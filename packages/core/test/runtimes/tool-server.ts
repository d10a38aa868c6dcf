import { join } from "node:path";
import { z } from "zod";
import { createAgentServer } from "../../src/runner/bridge/agent-server.ts";
import { type AgentTool, agentTool } from "../../src/runner/bridge/agent-tool.ts";
import { bridgeCommand } from "../../src/runner/bridge/bridge-command.ts";
import { openMcpChannel } from "../../src/runner/bridge/mcp-channel.ts";
import { serveBridge } from "../../src/runner/bridge/serve-bridge.ts";
import type { HerdctlServer } from "../../src/runner/runtime/interface.ts";

/** A server of herdctl's own, with a tool that notes what it is told. */
export interface ToolServer extends AsyncDisposable {
  readonly herdctl: HerdctlServer;
  readonly notes: readonly string[];
}

export async function openToolServer(dir: string): Promise<ToolServer> {
  const notes: string[] = [];
  const tools: readonly AgentTool[] = [
    agentTool({
      name: "note",
      description: "Notes a text.",
      input: { text: z.string() },
      call({ text }) {
        notes.push(text);
        return Promise.resolve(`Noted as number ${notes.length}.`);
      },
    }),
  ];
  const socket = join(dir, "tools.sock");
  const server = await createAgentServer(tools);
  const close = await serveBridge(await openMcpChannel(server.instance), socket);
  return {
    herdctl: { inProcess: () => createAgentServer(tools), bridge: bridgeCommand(socket) },
    notes,
    [Symbol.asyncDispose]: close,
  };
}
