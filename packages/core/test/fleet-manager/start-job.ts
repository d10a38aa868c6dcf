import { once } from "node:events";
import type { FleetManager } from "@herdctl/core";

/** Triggers an agent at rest, and resolves with its job's id once that has started. */
export async function startJob(fleet: FleetManager, agentName = "a"): Promise<string> {
  // Before the trigger is answered, it may have started.
  const started = once(fleet, "agent:started");
  const { id } = await fleet.trigger(agentName);
  await started;
  return id;
}
