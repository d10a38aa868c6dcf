import { basename, join } from "node:path";
import type { ResolvedAgent } from "../../config/resolved.ts";
import { createAgentServer } from "../../runner/bridge/agent-server.ts";
import type { AgentTool } from "../../runner/bridge/agent-tool.ts";
import { bridgeCommand } from "../../runner/bridge/bridge-command.ts";
import { openMcpChannel } from "../../runner/bridge/mcp-channel.ts";
import { shellBridge } from "../../runner/bridge/shell-bridge.ts";
import { serveBridge } from "../../runner/bridge/serve-bridge.ts";
import { insideJobFolder } from "../../runner/runtime/container/job-mounts.ts";
import type { HerdctlServer } from "../../runner/runtime/interface.ts";
import type { JobRecord } from "../../state/job-record.ts";
import { jobFolderSocket, jobSocketPath, prepareSocketFolder } from "../../state/socket-path.ts";
import { askHumanTool } from "../approvals/ask-human.ts";
import type { Fleet } from "../fleet.ts";
import { recallTool } from "./recall.ts";
import { rememberTool } from "./remember.ts";
import { reportTool } from "./report.ts";
import { sendFileTool } from "./send-file.ts";
import { setNextRunTool } from "./set-next-run.ts";
import { createToolJob, type ToolJob } from "./tool-job.ts";
import { triggerAgentTool } from "./trigger-agent.ts";

/** herdctl's tools for one attempt of a job. */
export interface AgentTools extends AsyncDisposable {
  readonly server: HerdctlServer;
}

/**
 * Makes herdctl's tools ready before Claude starts. Only a claude that may outlive this process needs
 * a socket: it is bound here, at the same path whoever owns the job. Disposing ends what still waits
 * for an answer, and lets go of the socket.
 *
 * @throws `SDK_NOT_INSTALLED`
 */
export async function openAgentTools(
  fleet: Fleet,
  job: { readonly record: JobRecord; readonly agent: ResolvedAgent },
): Promise<AgentTools> {
  const ended = new AbortController();
  const tools = (): readonly AgentTool[] =>
    createAgentTools(createToolJob(fleet, job, ended.signal));
  const isContained = job.agent.docker?.enabled === true;
  const placeOf = isContained ? jobFolderSocket : jobSocketPath;
  const socketPath = placeOf(fleet.state.stateDir, job.record.id);
  const stopServing =
    job.agent.runtime === "cli" ? await serve(fleet, tools(), socketPath) : undefined;
  return {
    server: {
      inProcess: () => createAgentServer(tools()),
      get bridge() {
        if (!isContained) return bridgeCommand(socketPath);
        return shellBridge(join(insideJobFolder(job.record.id), basename(socketPath)));
      },
    },
    async [Symbol.asyncDispose]() {
      ended.abort("ended");
      await stopServing?.();
    },
  };
}

// Each is a file of its own: schema, words for Claude and what it does.
function createAgentTools(job: ToolJob): readonly AgentTool[] {
  return [
    reportTool(job),
    setNextRunTool(job),
    // Without anybody to ask, it would only be one more thing to read.
    ...(job.agent.canTrigger.length > 0 ? [triggerAgentTool(job)] : []),
    rememberTool(job),
    recallTool(job),
    sendFileTool(job),
    askHumanTool(job),
  ];
}

async function serve(
  fleet: Fleet,
  tools: readonly AgentTool[],
  socketPath: string,
): Promise<() => Promise<void>> {
  prepareSocketFolder(socketPath, fleet.state.stateDir);
  const { instance } = await createAgentServer(tools);
  return serveBridge(await openMcpChannel(instance), socketPath);
}
