import type { ResolvedAgent } from "../../config/resolved.ts";
import { agentClaudeHome } from "../../runner/runtime/container/session-folder.ts";
import { findSessionFile } from "../../runner/runtime/session-path.ts";
import type { Fleet } from "../fleet.ts";

/** Where the claude of an agent keeps its sessions. */
export function sessionHome(fleet: Pick<Fleet, "env" | "state">, agent: ResolvedAgent): string {
  return agentClaudeHome({ agent, env: fleet.env, stateDir: fleet.state.stateDir });
}

/** Claude Code keeps the agent's sessions, where we can see them; a runtime of one's own may do as it likes. */
export function keepsTranscripts({ options }: Pick<Fleet, "options">): boolean {
  return options.runtimeFactory === undefined;
}

/**
 * Tells whether a session is on disk, so that it can be continued. What Claude Code was told and said is
 * written a moment later; killed before that, it leaves nothing.
 */
export async function isSaved(
  fleet: Pick<Fleet, "env" | "state" | "options">,
  agent: ResolvedAgent,
  sessionId: string,
): Promise<boolean> {
  if (!keepsTranscripts(fleet)) return true;
  return (await findSaved(fleet, agent, sessionId)) !== undefined;
}

/** The file of a session, once there is one. */
export async function findSaved(
  fleet: Pick<Fleet, "env" | "state">,
  agent: ResolvedAgent,
  sessionId: string,
): Promise<string | undefined> {
  // It becomes part of a path, whoever asks.
  if (!/^[\w-]+$/.test(sessionId)) return undefined;
  return findSessionFile({
    claudeHome: sessionHome(fleet, agent),
    cwd: agent.workingDirectory,
    sessionId,
  });
}
