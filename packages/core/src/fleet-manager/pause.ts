import { findAgent, type Fleet } from "./fleet.ts";

// The name under which the store keeps a pause of the whole fleet.
const wholeFleet = "";

/** Tells whether jobs of this agent must not start: it or the fleet is paused. */
export function isPaused(fleet: Pick<Fleet, "store">, agentName: string): boolean {
  return readPauses(fleet)(agentName);
}

/** {@link isPaused} for many agents, with one look at the store. */
export function readPauses(fleet: Pick<Fleet, "store">): (agentName: string) => boolean {
  const paused = new Set(fleet.store.pauses.all().map(({ agentName }) => agentName));
  return (agentName) => paused.has(wholeFleet) || paused.has(agentName);
}

/** Tells whether the fleet as a whole is paused. */
export function isFleetPaused(fleet: Pick<Fleet, "store">): boolean {
  return fleet.store.pauses.all().some((paused) => paused.agentName === wholeFleet);
}

/** Pauses an agent, or without a name the fleet, over restarts; running jobs go on. */
export async function pause(fleet: Fleet, agentName: string | undefined): Promise<void> {
  const name = scopeOf(fleet, agentName);
  const isNew = await fleet.store.pauses.pause(name, new Date(fleet.clock.now()).toISOString());
  if (isNew) tell(fleet, "paused", name);
}

/** Takes a pause back; `false`: there was none. */
export async function resume(fleet: Fleet, agentName: string | undefined): Promise<boolean> {
  const name = scopeOf(fleet, agentName);
  const wasPaused = await fleet.store.pauses.resume(name);
  if (wasPaused) tell(fleet, "resumed", name);
  return wasPaused;
}

function tell(fleet: Fleet, what: "paused" | "resumed", name: string): void {
  const about = name === wholeFleet ? {} : { agentName: name };
  fleet.log.info(`${about.agentName ?? "fleet"} ${what}`, about);
  fleet.watch.notify();
  fleet.emit(what, about);
}

function scopeOf(fleet: Fleet, agentName: string | undefined): string {
  return agentName === undefined ? wholeFleet : findAgent(fleet.config, agentName).qualifiedName;
}
