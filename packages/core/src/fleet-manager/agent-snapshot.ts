import type { ResolvedAgent } from "../config/resolved.ts";
import { messageOf } from "../errors.ts";
import { secretMark } from "../redact.ts";
import type { JobRecord } from "../state/job-record.ts";
import { type Fleet, findAgent } from "./fleet.ts";

/** Remembers the configuration that a job runs with, without its secrets; resolves with its hash. */
export function saveSnapshot(fleet: Fleet, agent: ResolvedAgent): Promise<string> {
  return fleet.store.snapshots.save(fleet.redactor.value(agent));
}

/**
 * The configuration that a job runs with: today's, or for a fork that of the job it repeats, with the
 * fork's modifications. One that runs already keeps its own. Fields that held secrets come from
 * today's: secrets are not stored.
 */
export function agentOf(fleet: Fleet, record: JobRecord): ResolvedAgent {
  const running = record.launch && record.configHash;
  const kept = running === undefined ? undefined : fleet.store.snapshots.get(running);
  if (isAgent(kept) && !record.conversation) return withSecrets(kept, todays(fleet, record));
  const current = findAgent(fleet.config, record.agentName);
  // What a conversation leaves behind is for who talks to it to judge.
  if (record.conversation) return { ...current, expect: [] };
  const { forkedFrom, configHash, modifications } = record;
  if (forkedFrom === undefined || configHash === undefined) return { ...current, ...modifications };
  const snapshot = fleet.store.snapshots.get(configHash);
  return { ...(isAgent(snapshot) ? withSecrets(snapshot, current) : current), ...modifications };
}

/** The same for a job that must end in any case. `undefined`: the agent is gone. */
export function agentLeft(fleet: Fleet, record: JobRecord): ResolvedAgent | undefined {
  try {
    return agentOf(fleet, record);
  } catch (error) {
    const { id, agentName } = record;
    const problem = `nothing can be done after job ${id}: ${messageOf(error)}`;
    fleet.log.error(problem, { agentName, jobId: id });
    return undefined;
  }
}

// Only whole agents are saved.
function isAgent(snapshot: unknown): snapshot is ResolvedAgent {
  return typeof snapshot === "object" && snapshot !== null;
}

function todays({ config }: Fleet, { agentName }: JobRecord): ResolvedAgent | undefined {
  return config.agents.find((agent) => agent.qualifiedName === agentName);
}

function withSecrets(snapshot: ResolvedAgent, current: ResolvedAgent | undefined): ResolvedAgent {
  const fields = Object.entries(snapshot).map(([name, value]) =>
    current && JSON.stringify(value).includes(secretMark)
      ? [name, Reflect.get(current, name)]
      : [name, value],
  );
  return Object.fromEntries(fields) as ResolvedAgent;
}
