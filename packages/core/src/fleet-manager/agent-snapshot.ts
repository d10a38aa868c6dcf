import type { ResolvedAgent } from "../config/resolved.ts";
import { secretMark } from "../redact.ts";
import type { JobRecord } from "../state/job-record.ts";
import { type Fleet, findAgent } from "./fleet.ts";

/** Remembers the configuration that a job runs with, without its secrets; resolves with its hash. */
export function saveSnapshot(fleet: Fleet, agent: ResolvedAgent): Promise<string> {
  return fleet.store.snapshots.save(fleet.redactor.value(agent));
}

/**
 * The configuration that a job runs with: today's, or for a fork that of the job it repeats, with the
 * fork's modifications. Fields that held secrets come from today's: secrets are not stored.
 */
export function agentOf(fleet: Fleet, record: JobRecord): ResolvedAgent {
  const current = findAgent(fleet.config, record.agentName);
  // What a conversation leaves behind is for who talks to it to judge.
  if (record.conversation) return { ...current, expect: [] };
  const { forkedFrom, configHash, modifications } = record;
  if (forkedFrom === undefined || configHash === undefined) return { ...current, ...modifications };
  const snapshot = fleet.store.snapshots.get(configHash);
  return { ...withSecrets(snapshot, current), ...modifications };
}

function withSecrets(snapshot: unknown, current: ResolvedAgent): ResolvedAgent {
  if (typeof snapshot !== "object" || snapshot === null) return current;
  const fields = Object.entries(snapshot).map(([name, value]) =>
    JSON.stringify(value).includes(secretMark) ? [name, Reflect.get(current, name)] : [name, value],
  );
  // Only whole agents are saved.
  return Object.fromEntries(fields) as ResolvedAgent;
}
