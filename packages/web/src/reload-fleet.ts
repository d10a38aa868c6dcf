import type { FleetEvents } from "@herdctl/core";
import type { FleetTarget } from "./fleet-target.ts";
import type { StreamedEvent } from "./operations.ts";

/** Reloads the configuration of a fleet; resolves with what has changed. */
export async function reloadFleet(
  fleet: Pick<FleetTarget, "reload" | "on" | "off">,
): Promise<readonly string[]> {
  // Reloads follow one another: the last event before ours resolves is ours.
  let changes: readonly string[] = [];
  const listener = (payload: FleetEvents[StreamedEvent][0]): void => {
    if ("changes" in payload) changes = payload.changes;
  };
  fleet.on("config:reloaded", listener);
  try {
    await fleet.reload();
  } finally {
    fleet.off("config:reloaded", listener);
  }
  return changes;
}
