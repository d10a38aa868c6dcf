/** Keys that only a fleet file has: any of them tells it from an agent file. */
export const fleetKeys: readonly string[] = ["version", "fleet", "agents", "fleets", "defaults"];
