import { protectedFiles } from "../config/protected-files.ts";
import type { ResolvedAgent } from "../config/resolved.ts";
import { type RunCommand, runCommand } from "../processes/run-command.ts";
import { runInContainer } from "../runner/runtime/container/run-in-container.ts";
import { engineFacts, resolveDockerConfig } from "../runner/runtime/docker-config.ts";
import type { Fleet } from "./fleet.ts";

/**
 * What runs the checks, gates and hooks of an agent: for one in a container, a container of the same kind. What
 * the agent has left in its workspace is not to act on the host.
 */
export function commandRunner(
  { config, env, state }: Pick<Fleet, "config" | "env" | "state">,
  agent: ResolvedAgent,
): RunCommand {
  const { docker } = agent;
  if (!docker?.enabled) return runCommand;
  return async (request) =>
    runInContainer(request, {
      agent,
      config: resolveDockerConfig({ ...agent, docker }, engineFacts(env)),
      stateDir: state.stateDir,
      env,
      protectedFiles: protectedFiles(config),
    });
}
