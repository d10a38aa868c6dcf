import { withSuggestions } from "../errors.ts";
import type { ComposedAgent } from "./compose.ts";
import { findTrustProblems } from "./docker-trust.ts";
import { placeIn } from "./layer.ts";
import type { ProblemList } from "./problems.ts";
import { qualify, type ValidAgent } from "./resolve.ts";
import { offsetOf } from "./source-places.ts";
import { positionAt } from "./source.ts";

/** Checks that need more than one agent, or the fleet's say over an agent file. */
export function crossCheck(agents: readonly ComposedAgent[], problems: ProblemList): void {
  checkDuplicates(agents, problems);
  for (const agent of agents) {
    for (const { path, message } of findTrustProblems(agent)) {
      problems.error(placeIn(agent.stack, path, "key"), message);
    }
    const { config } = agent;
    if (config?.worktree && config.docker?.enabled) {
      const message = '"worktree" does not work in a container: remove it, or "docker"';
      problems.error(placeIn(agent.stack, ["worktree"], "key"), message);
    }
  }
}

function checkDuplicates(agents: readonly ComposedAgent[], problems: ProblemList): void {
  const seen = new Map<string, ComposedAgent>();
  for (const agent of agents) {
    if (agent.name === undefined) continue;
    const name = qualify(agent.fleetPath, agent.name);
    const first = seen.get(name);
    if (!first) {
      seen.set(name, agent);
      continue;
    }
    const isSameFile = first.stack.own.source === agent.stack.own.source;
    const place = isSameFile && agent.reference ? agent.reference : placeIn(agent.stack, ["name"]);
    problems.error(
      place,
      isSameFile
        ? `the agent "${name}" is here already: ${first.stack.own.source.file} is referred to twice`
        : `the agent "${name}" exists already: ${whereNamed(first)}. Give this one another name`,
    );
  }
}

function whereNamed(agent: ComposedAgent): string {
  const { source, path } = placeIn(agent.stack, ["name"]);
  return `${source.file}:${positionAt(source.text, offsetOf(source, path, "value")).line}`;
}

/**
 * The qualified names of the agents that this one may trigger. A name means the agent of the same
 * fleet, else a qualified name, else the only agent with that name.
 */
export function resolveCanTrigger(
  agent: ValidAgent,
  all: readonly ComposedAgent[],
  problems: ProblemList,
): readonly string[] {
  if (agent.config.canTrigger.length === 0) return [];
  const named = all.filter((other) => other.name !== undefined);
  const names = named.map((other) => qualify(other.fleetPath, other.name ?? ""));
  return agent.config.canTrigger.flatMap((wanted, index) => {
    const sameFleet = qualify(agent.fleetPath, wanted);
    if (names.includes(sameFleet)) return [sameFleet];
    if (names.includes(wanted)) return [wanted];
    const bare = names.filter((_, position) => named[position]?.name === wanted);
    if (bare.length === 1) return bare;
    const sentence =
      bare.length > 1 ? `several agents are named "${wanted}".` : `no agent is named "${wanted}".`;
    problems.error(
      placeIn(agent.stack, ["can_trigger", index]),
      withSuggestions(sentence, wanted, bare.length > 1 ? bare : names),
    );
    return [];
  });
}
