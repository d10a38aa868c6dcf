import { type Channel, channel } from "node:diagnostics_channel";

/** One transaction of a store, with all that was asked for while the last one ran. */
export interface StoreWrite {
  /** Absolute path of the state directory that the store is in. */
  readonly stateDir: string;
  /** Until it was on disk, waits for other processes included, milliseconds. */
  readonly durationMs: number;
  /** `false`: nothing was stored, and everybody who asked has the error. */
  readonly isStored: boolean;
}

/** Each transaction of every store of this process; costs nothing while nobody listens. */
export const storeWrites: Channel = channel("herdctl:store:write");

/**
 * Calls back after each transaction of every store of this process, until the returned function is
 * called. Other programs find the same on the diagnostics channel `herdctl:store:write`.
 */
export function onStoreWrite(listener: (write: StoreWrite) => void): () => void {
  const receive = (message: unknown): void => listener(message as StoreWrite);
  storeWrites.subscribe(receive);
  return () => storeWrites.unsubscribe(receive);
}
