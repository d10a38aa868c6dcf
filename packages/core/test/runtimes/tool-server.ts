import { join } from "node:path";
import { z } from "zod";
import { createAgentServer } from "../../src/runner/bridge/agent-server.ts";
import { type AgentTool, agentTool } from "../../src/runner/bridge/agent-tool.ts";
import { bridgeCommand } from "../../src/runner/bridge/bridge-command.ts";
import { openMcpChannel } from "../../src/runner/bridge/mcp-channel.ts";
import { shellBridge } from "../../src/runner/bridge/shell-bridge.ts";
import { serveBridge } from "../../src/runner/bridge/serve-bridge.ts";
import { insideJobFolder } from "../../src/runner/runtime/container/job-mounts.ts";
import type { HerdctlServer } from "../../src/runner/runtime/interface.ts";

/** A server of herdctl's own, with a tool that notes what it is told. */
export interface ToolServer extends AsyncDisposable {
  readonly herdctl: HerdctlServer;
  readonly notes: readonly string[];
}

interface ToolServerOptions {
  /** Of the job, for the socket. */
  readonly folder: string;
  readonly jobId: string;
  /** Claude comes from a container. */
  readonly isContained: boolean;
}

export async function openToolServer(options: ToolServerOptions): Promise<ToolServer> {
  const { folder, jobId, isContained } = options;
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
  const socket = join(folder, "tools.sock");
  const server = await createAgentServer(tools);
  const close = await serveBridge(await openMcpChannel(server.instance), socket);
  return {
    herdctl: {
      inProcess: () => createAgentServer(tools),
      bridge: isContained
        ? shellBridge(join(insideJobFolder(jobId), "tools.sock"))
        : bridgeCommand(socket),
    },
    notes,
    [Symbol.asyncDispose]: close,
  };
}
