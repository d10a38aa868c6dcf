import { type Fleet, findAgent } from "./fleet.ts";

type Known = Pick<Fleet, "config" | "store">;

/**
 * The qualified name of an agent whose past is asked for. What an agent did stays readable by its full
 * name when it is no longer configured.
 *
 * @throws AgentNotFoundError
 */
export function knownAgent(fleet: Known, name: string): string {
  const agents = fleet.config.agents.filter(
    (agent) => agent.qualifiedName === name || agent.name === name,
  );
  const [only] = agents;
  if (only && agents.length === 1) return only.qualifiedName;
  return hasPast(fleet, name) ? name : findAgent(fleet.config, name).qualifiedName;
}

function hasPast({ store }: Known, agentName: string): boolean {
  return (
    store.jobs.totals().some((total) => total.agentName === agentName) ||
    store.fires.list({ agentName, limit: 1 }).fires.length > 0 ||
    store.usage.list({ agentName, since: "" }).length > 0
  );
}
