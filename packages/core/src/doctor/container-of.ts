import type { ResolvedAgent } from "../config/resolved.ts";
import { messageOf } from "../errors.ts";
import {
  type DockerConfig,
  engineFacts,
  resolveDockerConfig,
} from "../runner/runtime/docker-config.ts";
import type { Patient } from "./check.ts";

/** How an agent's containers would be had, or why they cannot; nothing for an agent on the host. */
export function containerOf(
  agent: ResolvedAgent,
  env: Patient["env"],
): { readonly config?: DockerConfig; readonly refusal?: string } {
  const { docker } = agent;
  if (!docker?.enabled) return {};
  try {
    return { config: resolveDockerConfig({ ...agent, docker }, engineFacts(env)) };
  } catch (error) {
    return { refusal: messageOf(error) };
  }
}
