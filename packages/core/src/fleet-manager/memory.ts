import { type Fleet, findAgent } from "./fleet.ts";

/** Something that an agent remembers over its jobs. */
export interface MemoryInfo {
  readonly key: string;
  readonly text: string;
  readonly updatedAt: Date;
}

/** What an agent remembers, ordered by key; with `search`, only those that have it in key or text. */
export function getMemory(fleet: Fleet, agentName: string, search?: string): readonly MemoryInfo[] {
  const { qualifiedName } = findAgent(fleet.config, agentName);
  return fleet.store.memory
    .list(qualifiedName, search)
    .map((entry) => fleet.redactor.value({ ...entry, updatedAt: new Date(entry.updatedAt) }));
}

/** Forgets one entry, or without a key all of them; resolves with how many. */
export async function forgetMemory(fleet: Fleet, agentName: string, key?: string): Promise<number> {
  const { qualifiedName } = findAgent(fleet.config, agentName);
  const forgotten = await fleet.store.memory.forget(qualifiedName, key);
  if (forgotten > 0) {
    fleet.emit("memory:changed", { agentName: qualifiedName, ...(key !== undefined && { key }) });
  }
  return forgotten;
}
