import { join } from "node:path";
import type { ResolvedAgent } from "../../config/resolved.ts";
import { agentServerName } from "../bridge/agent-server.ts";
import type { ExecuteOptions, SessionRequest } from "./interface.ts";
import { toMcpServers } from "./mcp-servers.ts";
import { systemPromptOf } from "./system-prompt.ts";

/** What of an execution decides the command line. */
export type CliRequest = Pick<
  ExecuteOptions,
  "agent" | "session" | "limits" | "jobId" | "settings" | "herdctl"
> & {
  /** Folder of the files that the command line names. */
  readonly dir: string;
};

export interface CliCommandLine {
  readonly args: readonly string[];
  /** Files that must be there before claude starts, by path: what is too long for a command line, or too secret. */
  readonly files: Readonly<Record<string, string>>;
}

/** Every configured option of an agent, as `claude -p` takes it. */
export function toCliCommandLine(request: CliRequest): CliCommandLine {
  const { agent, limits, jobId } = request;
  const files = filesOf(request);
  return {
    args: [
      "-p",
      "--verbose",
      "--output-format=stream-json",
      "--forward-subagent-text",
      ...sessionArguments(request.session),
      `--name=${agent.qualifiedName} ${jobId}`,

      ...optional("--model", agent.model),
      ...optional("--fallback-model", agent.fallbackModel),
      ...optional("--effort", agent.effort),
      ...optional("--max-turns", limits.maxTurns),
      ...optional("--max-budget-usd", limits.maxBudgetUsd),

      ...permissionArguments(request),
      // Left out, Claude Code would load the settings of the user who runs herdctl.
      `--setting-sources=${agent.settingSources.join(",")}`,
      ...files.map((file) => `${file.option}=${file.path}`),
      ...agent.plugins.map(pluginArgument),
      ...jsonSchema(agent),
    ],
    files: Object.fromEntries(files.map(({ path, text }) => [path, text])),
  };
}

function sessionArguments(session: SessionRequest): readonly string[] {
  if (session.mode === "resume") return [`--resume=${session.id}`];
  if (session.mode === "fork") {
    return [`--resume=${session.from}`, "--fork-session", `--session-id=${session.id}`];
  }
  return [`--session-id=${session.id}`];
}

function permissionArguments({ agent, herdctl }: CliRequest): readonly string[] {
  const allowed = [...agent.allowedTools, ...(herdctl ? [`mcp__${agentServerName}`] : [])];
  return [
    `--permission-mode=${agent.permissionMode}`,
    ...(agent.permissionMode === "bypassPermissions"
      ? ["--allow-dangerously-skip-permissions"]
      : []),
    // Nobody is there to answer: what would ask is denied at once, with words that say so to Claude.
    "--permission-prompts=none",
    ...optional("--tools", agent.tools?.join(",")),
    ...(allowed.length > 0 ? [`--allowedTools=${allowed.join(",")}`] : []),
    ...(agent.deniedTools.length > 0 ? [`--disallowedTools=${agent.deniedTools.join(",")}`] : []),
  ];
}

interface OptionFile {
  readonly option: string;
  readonly path: string;
  readonly text: string;
}

function filesOf({ agent, settings, herdctl, dir }: CliRequest): readonly OptionFile[] {
  const { replace, append } = systemPromptOf(agent);
  const servers = toMcpServers({
    ...agent.mcpServers,
    ...(herdctl && { [agentServerName]: herdctl.bridge }),
  });
  const file = (option: string, name: string, text: string | undefined): readonly OptionFile[] =>
    text === undefined ? [] : [{ option, path: join(dir, name), text }];
  return [
    ...file("--system-prompt-file", "system-prompt.md", replace),
    ...file("--append-system-prompt-file", "system-prompt.md", append),
    ...file("--settings", "settings.json", settings && JSON.stringify(settings)),
    // On the command line, everybody on the machine could read their secrets.
    ...file(
      "--mcp-config",
      "mcp.json",
      Object.keys(servers).length === 0 ? undefined : JSON.stringify({ mcpServers: servers }),
    ),
  ];
}

function pluginArgument(plugin: ResolvedAgent["plugins"][number]): string {
  const option = plugin.skipMcpDiscovery ? "--plugin-dir-no-mcp" : "--plugin-dir";
  return `${option}=${plugin.path}`;
}

function jsonSchema({ expect }: ResolvedAgent): readonly string[] {
  const expected = expect.find((item) => item.type === "json_schema");
  return expected ? [`--json-schema=${JSON.stringify(expected.schema)}`] : [];
}

function optional(name: string, value: string | number | undefined): readonly string[] {
  return value === undefined ? [] : [`${name}=${value}`];
}
