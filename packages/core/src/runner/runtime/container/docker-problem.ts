import type { ResolvedAgent } from "../../../config/resolved.ts";
import { FleetManagerError } from "../../../errors.ts";

/** What is wrong with a `docker` block, in words for whoever wrote it. */
export class DockerProblem extends Error {}

/** The same in the words of the agent's owner. */
export function toConfigurationError(
  { qualifiedName, configPath }: Pick<ResolvedAgent, "qualifiedName" | "configPath">,
  problem: DockerProblem,
): FleetManagerError {
  return new FleetManagerError(
    `Agent "${qualifiedName}" cannot run in a container: ${problem.message} (${configPath})`,
    { code: "CONFIGURATION_ERROR", context: { agentName: qualifiedName } },
  );
}
