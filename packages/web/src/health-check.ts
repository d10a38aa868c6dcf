import type { FleetHealth } from "@herdctl/core";
import type { FleetTarget } from "./fleet-target.ts";

/** Looks at the health of a fleet. */
export type HealthCheck = () => Promise<FleetHealth>;

/** Anybody may ask as often as he likes, and each look writes to the disk. */
const freshFor = 1_000;

/** Looks at most once a second; whoever asks meanwhile gets the same answer. */
export function createHealthCheck(fleet: Pick<FleetTarget, "getHealth">): HealthCheck {
  let last: { readonly at: number; readonly health: Promise<FleetHealth> } | undefined;
  return () => {
    const at = performance.now();
    if (!last || at - last.at >= freshFor) last = { at, health: fleet.getHealth() };
    return last.health;
  };
}
