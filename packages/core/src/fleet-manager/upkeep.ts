import { messageOf } from "../errors.ts";
import type { Fleet } from "./fleet.ts";
import { pruneHistory } from "./prune-history.ts";

const pause = 3_600_000;
const day = 86_400_000;
// Also where jobs are kept for ever: what a schedule of every minute leaves is a row a minute.
const defaultAge = 30 * day;

/** Forgets what is too old, now and every hour, until the returned function is called. */
export function startUpkeep(fleet: Fleet): () => Promise<void> {
  const stop = new AbortController();
  const running = keepUp(fleet, stop.signal);
  return async () => {
    stop.abort();
    await running;
  };
}

async function keepUp(fleet: Fleet, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pruneHistory(fleet);
    await pruneRecords(fleet);
    await fleet.clock.sleep(pause, signal).catch(() => undefined);
  }
}

/** Rows of the ledger and entries of the log. */
async function pruneRecords(fleet: Fleet): Promise<void> {
  const age = fleet.options.history?.maxAge ?? fleet.config.fleet.history.maxAge ?? defaultAge;
  const before = fleet.clock.now() - age;
  try {
    while ((await fleet.store.fires.prune(new Date(before).toISOString())) > 0);
    await fleet.log.forget(before);
  } catch (error) {
    fleet.log.error(`cannot prune the ledger or the log: ${messageOf(error)}`);
  }
}
