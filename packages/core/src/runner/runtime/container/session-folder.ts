import { join } from "node:path";
import { claudeHome } from "../../../claude-home.ts";
import type { ResolvedAgent } from "../../../config/resolved.ts";

export interface AgentClaudeHomeOptions {
  readonly agent: Pick<ResolvedAgent, "qualifiedName" | "workingDirectory" | "env" | "docker">;
  /** What herdctl itself was given. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stateDir: string;
}

/** Where an agent's claude keeps its sessions on the host; those of containers are apart from the rest. */
export function agentClaudeHome({ agent, env, stateDir }: AgentClaudeHomeOptions): string {
  if (agent.docker?.enabled) return join(stateDir, "docker-sessions", agent.qualifiedName);
  return claudeHome({ ...env, ...agent.env }, agent.workingDirectory);
}
