import type { McpSdkServerConfigWithInstance, Options } from "@anthropic-ai/claude-agent-sdk";
import type { ResolvedAgent } from "../../config/resolved.ts";
import { agentServerName } from "../bridge/agent-server.ts";
import type { ExecuteOptions, SessionRequest } from "./interface.ts";
import { toMcpServers } from "./mcp-servers.ts";
import { systemPromptOf } from "./system-prompt.ts";

/** What of an execution decides the SDK's options; the process itself is wired up elsewhere. */
export type SdkOptionsRequest = Pick<
  ExecuteOptions,
  "agent" | "session" | "limits" | "jobId" | "settings" | "conversation"
> & {
  readonly launcher: Pick<ExecuteOptions["launcher"], "cwd" | "claudePath" | "env">;
  /** herdctl's own tools for the job. */
  readonly tools?: McpSdkServerConfigWithInstance;
};

/** Every configured option of an agent, as `query()` takes it. */
export function toSdkOptions(request: SdkOptionsRequest): Options {
  const { agent, launcher, limits } = request;
  return {
    cwd: launcher.cwd,
    env: { ...launcher.env },
    pathToClaudeCodeExecutable: launcher.claudePath,
    ...sessionOptions(request.session),
    title: `${agent.qualifiedName} ${request.jobId}`,

    ...(agent.model !== undefined && { model: agent.model }),
    ...(agent.fallbackModel !== undefined && { fallbackModel: agent.fallbackModel }),
    ...(agent.effort !== undefined && { effort: agent.effort }),
    ...(limits.maxTurns !== undefined && { maxTurns: limits.maxTurns }),
    ...(limits.maxBudgetUsd !== undefined && { maxBudgetUsd: limits.maxBudgetUsd }),

    permissionMode: agent.permissionMode,
    ...(agent.permissionMode === "bypassPermissions" && { allowDangerouslySkipPermissions: true }),
    // Nobody is there to answer: what would ask is denied at once, with words that say so to Claude.
    permissionPrompts: "none",
    ...(agent.tools !== undefined && { tools: [...agent.tools] }),
    allowedTools: [...agent.allowedTools, ...(request.tools ? [`mcp__${agentServerName}`] : [])],
    disallowedTools: [...agent.deniedTools],

    systemPrompt: systemPrompt(agent),
    // Left out, Claude Code would load the settings of the user who runs herdctl.
    settingSources: [...agent.settingSources],
    ...(request.settings && { settings: request.settings }),
    mcpServers: {
      ...toMcpServers(agent.mcpServers),
      ...(request.tools && { [agentServerName]: request.tools }),
    },
    // Over stdin: on a command line, everybody on the machine could read their secrets.
    mcpServersDelivery: "initialize",
    plugins: agent.plugins.map((plugin) => ({ ...plugin })),

    ...outputFormat(agent),
    includePartialMessages: request.conversation !== undefined,
    forwardSubagentText: true,
  };
}

function sessionOptions(session: SessionRequest): Options {
  if (session.mode === "resume") return { resume: session.id };
  if (session.mode === "fork") {
    return { resume: session.from, forkSession: true, sessionId: session.id };
  }
  return { sessionId: session.id };
}

function systemPrompt(agent: ResolvedAgent): NonNullable<Options["systemPrompt"]> {
  const { replace, append } = systemPromptOf(agent);
  if (replace !== undefined) return replace;
  return { type: "preset", preset: "claude_code", ...(append !== undefined && { append }) };
}

function outputFormat({ expect }: ResolvedAgent): Pick<Options, "outputFormat"> {
  const expected = expect.find((item) => item.type === "json_schema");
  if (!expected) return {};
  return { outputFormat: { type: "json_schema", schema: { ...expected.schema } } };
}
