import type { ResolvedAgent } from "../config/resolved.ts";

export interface AgentEnvironmentOptions {
  /** Environment that herdctl itself was given. */
  readonly base: Readonly<Record<string, string | undefined>>;
  readonly agent: Pick<ResolvedAgent, "env" | "qualifiedName">;
  readonly jobId: string;
}

/** Variables by which a running Claude Code tells its children about itself. */
export const ofAnotherClaude: ReadonlySet<string> = new Set([
  "CLAUDECODE",
  "CLAUDE_AGENT_SDK_VERSION",
  "CLAUDE_CODE_ENTRYPOINT",
  "CLAUDE_CODE_SESSION_ID",
  "CLAUDE_CODE_SSE_PORT",
]);

/** What lets a person into a fleet on the network; an agent gets it only from its own `env`. */
const ofPerson = new Set(["HERDCTL_TOKEN", "HERDCTL_URL"]);

/** The environment of an agent's claude: what herdctl was given, then the agent's own. */
export function claudeEnvironment({
  base,
  agent,
}: Pick<AgentEnvironmentOptions, "base"> & {
  readonly agent: Pick<ResolvedAgent, "env">;
}): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(base)) {
    // herdctl may itself be started by an agent; its jobs are not part of that conversation.
    if (value === undefined || ofAnotherClaude.has(name) || ofPerson.has(name)) continue;
    environment[name] = value;
  }
  return { ...environment, ...agent.env };
}

/**
 * The environment of a job's processes: that of the agent's claude, and the marker by which everything
 * that the job starts is found again.
 */
export function agentEnvironment(options: AgentEnvironmentOptions): Record<string, string> {
  return {
    ...claudeEnvironment(options),
    HERDCTL_JOB: options.jobId,
    HERDCTL_AGENT: options.agent.qualifiedName,
  };
}

/**
 * The same for what runs on the host whatever the agent runs in: by variables such as `GIT_SSH_COMMAND`,
 * the file of an agent in a container could leave it.
 */
export function hostEnvironment(
  options: AgentEnvironmentOptions & { readonly agent: Pick<ResolvedAgent, "docker"> },
): Record<string, string> {
  const { agent } = options;
  return agentEnvironment(
    agent.docker?.enabled ? { ...options, agent: { ...agent, env: {} } } : options,
  );
}
