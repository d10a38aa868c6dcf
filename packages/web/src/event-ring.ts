import type { FleetTarget } from "./fleet-target.ts";
import type { FleetEvent, StreamedEvent } from "./operations.ts";
import { createRing, type Ring } from "./ring.ts";

/** The last events of a fleet. */
export type EventRing = Omit<Ring<FleetEvent>, "add">;

const defaultCapacity = 1_000;

// Keys of a record, so that an event that is missing here is a type error.
const streamed: Readonly<Record<StreamedEvent, true>> = {
  started: true,
  stopped: true,
  paused: true,
  resumed: true,
  "config:reloaded": true,
  "agent:started": true,
  "agent:stopped": true,
  "schedule:triggered": true,
  "schedule:skipped": true,
  "schedule:missed": true,
  "schedule:enabled": true,
  "schedule:disabled": true,
  "memory:changed": true,
  "job:created": true,
  "job:queued": true,
  "job:waiting": true,
  "approval:requested": true,
  "approval:answered": true,
  "job:reported": true,
  "job:file": true,
  "job:completed": true,
  "job:failed": true,
  "job:cancelled": true,
};
const streamedTypes = Object.keys(streamed) as StreamedEvent[];

/** Keeps the last `capacity` events of a fleet; to close it is to stop listening. */
export function createEventRing(
  fleet: Pick<FleetTarget, "on" | "off">,
  capacity: number = defaultCapacity,
): EventRing {
  const ring = createRing<FleetEvent>({ events: capacity });
  const removers = streamedTypes.map((type) => {
    const listener = (payload: object): void => ring.add({ type, ...payload } as FleetEvent);
    fleet.on(type, listener);
    return () => fleet.off(type, listener);
  });
  return {
    get last() {
      return ring.last;
    },
    readAfter: ring.readAfter,
    close: () => {
      for (const remove of removers) remove();
    },
  };
}
