import type { ResolvedAgent } from "../../config/resolved.ts";
import { FleetManagerError } from "../../errors.ts";
import { CLIRuntime } from "./cli-runtime.ts";
import type { RuntimeInterface } from "./interface.ts";
import { SDKRuntime } from "./sdk-runtime.ts";

export interface RuntimeFactoryOptions {
  /** Folder of the durable state (default: `.herdctl` in the current folder). */
  readonly stateDir?: string;
}

/** Chooses the runtime that an agent's configuration asks for. */
export const RuntimeFactory: {
  /**
   * @throws {@link FleetManagerError} `FEATURE_NOT_ACTIVE` for `docker`,
   * `CONFIGURATION_ERROR` for a runtime that does not exist.
   */
  create(agent: ResolvedAgent, options?: RuntimeFactoryOptions): RuntimeInterface;
} = {
  create(agent) {
    if (agent.docker?.enabled) throw notActive(agent, "docker");
    const runtime: string = agent.runtime;
    switch (runtime) {
      case "sdk":
        return new SDKRuntime();
      case "cli":
        return new CLIRuntime();
      default:
        throw new FleetManagerError(
          `Unknown runtime type: ${runtime}. Supported types: 'sdk' (default), 'cli'`,
          { code: "CONFIGURATION_ERROR", context: { agentName: agent.qualifiedName, runtime } },
        );
    }
  },
};

function notActive(agent: ResolvedAgent, field: string): FleetManagerError {
  return new FleetManagerError(
    `Agent "${agent.qualifiedName}" sets \`${field}\`, which this version does not run yet. Remove it from ${agent.configPath}.`,
    { code: "FEATURE_NOT_ACTIVE", context: { agentName: agent.qualifiedName, field } },
  );
}
