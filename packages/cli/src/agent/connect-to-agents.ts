import { type AgentInstaller, errorKindOf } from "@herdctl/core";
import type { ConnectedFleet, connectToRead, connectToWrite } from "../connect.ts";
import type { Context } from "../context.ts";
import type { GlobalOptions } from "../global-options.ts";
import { findPlace } from "../place.ts";
import { recordIn } from "../record-in.ts";

/** A fleet whose agents from elsewhere are looked at or changed; disposing lets go of it. */
export interface ConnectedAgents extends Pick<ConnectedFleet, "isDaemon">, AsyncDisposable {
  readonly fleet: AgentInstaller;
}

/**
 * The fleet as `connect` reaches it; where configuration or state is broken, its files alone: an agent
 * that broke them can be removed.
 */
export async function connectToAgents(
  connect: typeof connectToRead | typeof connectToWrite,
  options: GlobalOptions,
  context: Context,
): Promise<ConnectedAgents> {
  try {
    return await connect(options, context);
  } catch (error) {
    const { code } = errorKindOf(error);
    if (code !== "CONFIGURATION_ERROR" && code !== "STATE_DIR") throw error;
    return openAgentFiles(options, context);
  }
}

/** The files of the fleet on this machine, whether it runs or not. */
export async function openAgentFiles(
  options: GlobalOptions,
  context: Context,
): Promise<ConnectedAgents> {
  const { configPath, stateDir } = await findPlace(options, context);
  const { cwd, env } = context;
  const { createAgentInstaller } = await import("@herdctl/core");
  const record = recordIn(stateDir);
  return {
    fleet: createAgentInstaller({ configPath, stateDir, cwd, env, record }),
    isDaemon: false,
    async [Symbol.asyncDispose]() {},
  };
}
