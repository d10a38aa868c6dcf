import { setTimeout as delay } from "node:timers/promises";
import { type FleetManager } from "@herdctl/core";
import type { FleetEvent, FleetOperations } from "@herdctl/web";
import type { AnyFleet } from "./row.ts";

/** The first event that a listener hears of a fleet in which jobs are asked for. */
export async function firstEvent(fleet: AnyFleet): Promise<unknown> {
  const leave = new AbortController();
  const heard = "streamEvents" in fleet ? fromClient(fleet, leave.signal) : fromLibrary(fleet);
  try {
    // Nobody knows when a stream has been opened, so they are asked for until one is heard of.
    for (;;) {
      await fleet.trigger("calm", undefined, { promptOverride: "Wait." });
      const event = await Promise.race([heard, delay(500)]);
      if (event) return event;
    }
  } finally {
    leave.abort();
  }
}

async function fromClient(
  fleet: FleetOperations,
  signal: AbortSignal,
): Promise<FleetEvent | undefined> {
  for await (const event of fleet.streamEvents({ signal })) return event;
  return undefined;
}

function fromLibrary(library: FleetManager): Promise<FleetEvent> {
  return new Promise((resolve) => {
    library.once("job:created", (payload) => resolve({ type: "job:created", ...payload }));
  });
}
