import { loadConfig } from "@herdctl/core";
import type { Context } from "../context.ts";
import type { GlobalOptions } from "../global-options.ts";
import type { Candidate } from "./wanted-value.ts";

/** The agents of the configuration. */
export async function knownAgents(
  { config }: GlobalOptions,
  context: Context,
): Promise<readonly Candidate[]> {
  const { agents } = await loadConfig(config, context);
  return agents.map(({ qualifiedName, description = "" }) => ({
    value: qualifiedName,
    description,
  }));
}

/** Schedules of an agent, named as people name it; without a name, of all. */
export async function knownSchedules(
  agentName: string | undefined,
  { config }: GlobalOptions,
  context: Context,
): Promise<readonly Candidate[]> {
  const { agents } = await loadConfig(config, context);
  return agents
    .filter(({ qualifiedName }) => agentName === undefined || isNamed(qualifiedName, agentName))
    .flatMap(({ qualifiedName, schedules }) =>
      schedules.map(({ name, type }) => ({
        value: name,
        description: `${type}, ${qualifiedName}`,
      })),
    );
}

function isNamed(qualifiedName: string, name: string): boolean {
  return qualifiedName === name || qualifiedName.endsWith(`.${name}`);
}
