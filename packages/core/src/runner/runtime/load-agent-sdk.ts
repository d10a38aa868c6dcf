import { FleetManagerError, messageOf } from "../../errors.ts";

type AgentSdk = typeof import("@anthropic-ai/claude-agent-sdk");

/**
 * The Agent SDK, loaded when it is first needed.
 *
 * @throws `SDK_NOT_INSTALLED`
 */
export async function loadAgentSdk(): Promise<AgentSdk> {
  try {
    return await import("@anthropic-ai/claude-agent-sdk");
  } catch (error) {
    throw new FleetManagerError(
      `The Claude Agent SDK cannot be loaded. Run "npm install @anthropic-ai/claude-agent-sdk". (${messageOf(error)})`,
      { code: "SDK_NOT_INSTALLED", cause: error },
    );
  }
}
