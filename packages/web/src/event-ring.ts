import type { FleetTarget } from "./fleet-target.ts";
import type { FleetEvent, StreamedEvent } from "./operations.ts";

/** An event with its place in the ring. */
export interface NumberedEvent {
  readonly seq: number;
  readonly event: FleetEvent;
}

/** The last events of a fleet. Readers hold a position, not a queue: a slow one costs nothing. */
export interface EventRing {
  /** Place of the newest event; 0 before the first. */
  readonly last: number;
  /** What comes after a place. A reader that fell behind the oldest event is told by a `gap`. */
  readAfter(place: number, signal?: AbortSignal): AsyncIterable<NumberedEvent>;
  /** Stops listening to the fleet. */
  close(): void;
}

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

/** Keeps the last `capacity` events of a fleet. */
export function createEventRing(
  fleet: Pick<FleetTarget, "on" | "off">,
  capacity: number = defaultCapacity,
): EventRing {
  const kept: NumberedEvent[] = [];
  const sleepers = new Set<() => void>();
  let last = 0;
  const removers = streamedTypes.map((type) => {
    const listener = (payload: object): void => {
      last += 1;
      kept.push({ seq: last, event: { type, ...payload } as FleetEvent });
      if (kept.length > capacity) kept.shift();
      for (const wake of sleepers) wake();
    };
    fleet.on(type, listener);
    return () => fleet.off(type, listener);
  });

  async function* readAfter(place: number, signal?: AbortSignal): AsyncGenerator<NumberedEvent> {
    let next = place + 1;
    while (!signal?.aborted) {
      const oldest = last - kept.length + 1;
      const found = kept[next - oldest];
      if (next < oldest) {
        next = oldest;
        yield { seq: oldest - 1, event: { type: "gap" } };
      } else if (found) {
        next += 1;
        yield found;
      } else {
        await nextChange(sleepers, signal);
      }
    }
  }
  return {
    get last() {
      return last;
    },
    readAfter,
    close: () => {
      for (const remove of removers) remove();
    },
  };
}

function nextChange(sleepers: Set<() => void>, signal?: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = (): void => {
    sleepers.delete(wake);
    signal?.removeEventListener("abort", wake);
    resolve();
  };
  sleepers.add(wake);
  signal?.addEventListener("abort", wake, { once: true });
  return promise;
}
