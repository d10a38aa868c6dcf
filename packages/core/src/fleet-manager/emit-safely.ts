import type { EventEmitter } from "node:events";
import type { FleetEvents } from "./event-types.ts";

/** Emits one of the fleet's events; see {@link createSafeEmit}. */
export type Emit = <K extends keyof FleetEvents>(name: K, ...args: FleetEvents[K]) => void;

type Unheard = (error: Error) => void;

/**
 * Emits so that a listener that throws or rejects harms neither the fleet nor the other listeners:
 * its error becomes an `error` event, or goes to `unheard`, the log, where nobody listens for that.
 */
export function createSafeEmit(emitter: EventEmitter<FleetEvents>, unheard: Unheard): Emit {
  return (name, ...args) => {
    // A broken listener of the log would hear of its own failure there, and break again.
    const last: Unheard = name === "log" ? () => undefined : unheard;
    deliver(emitter, { name, args }, last);
  };
}

interface Delivery<K extends keyof FleetEvents> {
  readonly name: K;
  readonly args: FleetEvents[K];
}

function deliver<K extends keyof FleetEvents>(
  emitter: EventEmitter<FleetEvents>,
  { name, args }: Delivery<K>,
  unheard: Unheard,
): void {
  if (name === "error" && emitter.listenerCount("error") === 0) {
    if (args[0] instanceof Error) unheard(args[0]);
    return;
  }
  const report = (thrown: unknown): void => {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    if (name === "error") unheard(error);
    else deliver(emitter, { name: "error", args: [error] }, unheard);
  };
  for (const listener of emitter.rawListeners(name)) {
    try {
      const result: unknown = Reflect.apply(listener, emitter, args);
      // Nobody waits for it, and a rejection without a handler would end the process.
      if (result instanceof Promise) result.catch(report);
    } catch (thrown) {
      report(thrown);
    }
  }
}
