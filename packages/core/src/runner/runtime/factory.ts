import { resolve } from "node:path";
import type { ResolvedAgent } from "../../config/resolved.ts";
import { FleetManagerError } from "../../errors.ts";
import { CLIRuntime } from "./cli-runtime.ts";
import { ContainerRunner, type ContainerRunnerOptions } from "./container-runner.ts";
import { engineFacts, resolveDockerConfig } from "./docker-config.ts";
import type { RuntimeInterface } from "./interface.ts";
import { SDKRuntime } from "./sdk-runtime.ts";

export interface RuntimeFactoryOptions extends ContainerRunnerOptions {
  /** Folder of the durable state (default: `.herdctl` in the current folder). */
  readonly stateDir?: string;
}

/** Chooses the runtime that an agent's configuration asks for. */
export const RuntimeFactory: {
  /**
   * Wraps the runtime in a {@link ContainerRunner} where `docker.enabled`.
   *
   * @throws {@link FleetManagerError} `CONFIGURATION_ERROR` for a runtime that does not exist, or a
   * `docker` block that cannot be had.
   */
  create(agent: ResolvedAgent, options?: RuntimeFactoryOptions): RuntimeInterface;
} = {
  create(agent, { stateDir = ".herdctl", ...options } = {}) {
    const runtime = bareRuntime(agent);
    const { docker } = agent;
    if (!docker?.enabled) return runtime;
    const config = resolveDockerConfig({ ...agent, docker }, engineFacts(options.env));
    return new ContainerRunner(runtime, config, resolve(stateDir), options);
  },
};

function bareRuntime(agent: ResolvedAgent): RuntimeInterface {
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
}
