import { messageOf } from "../errors.ts";
import { storeUnstored } from "./end-attempt.ts";
import type { Fleet } from "./fleet.ts";
import type { JobQueue } from "./job-queue.ts";
import { pruneHistory } from "./prune-history.ts";
import { takeOverAbandoned } from "./takeover.ts";

const pause = 3_600_000;
const lookPause = 15_000;
const day = 86_400_000;
// Also where jobs are kept for ever: what a schedule of every minute leaves is a row a minute.
const defaultAge = 30 * day;

/**
 * Until the returned function is called, forgets what is too old, now and every hour, and looks for
 * jobs of processes that died beside this one, such as a foreground trigger, and for ends of this
 * process's own that could not be stored so far.
 */
export function startUpkeep(fleet: Fleet, queue: Queue): () => Promise<void> {
  const stop = new AbortController();
  const running = Promise.all([forget(fleet, stop.signal), settleRest(fleet, queue, stop.signal)]);
  return async () => {
    stop.abort();
    await running;
  };
}

async function forget(fleet: Fleet, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pruneHistory(fleet);
    await pruneRecords(fleet);
    await fleet.clock.sleep(pause, signal).catch(() => undefined);
  }
}

type Queue = Pick<JobQueue, "join" | "kick">;

async function settleRest(fleet: Fleet, queue: Queue, signal: AbortSignal): Promise<void> {
  for (;;) {
    await fleet.clock.sleep(lookPause, signal).catch(() => undefined);
    if (signal.aborted || fleet.lifecycle() !== "running") return;
    try {
      await storeUnstored(fleet);
      await takeOverAbandoned(fleet, queue);
      // Admission, too, may have failed.
      queue.kick();
    } catch (error) {
      fleet.log.error(`cannot look for abandoned jobs: ${messageOf(error)}`);
    }
  }
}

/** Rows of the ledger, and entries of the audit and the log. */
async function pruneRecords(fleet: Fleet): Promise<void> {
  const age = fleet.options.history?.maxAge ?? fleet.config.fleet.history.maxAge ?? defaultAge;
  const before = fleet.clock.now() - age;
  try {
    const time = new Date(before).toISOString();
    while ((await fleet.store.fires.prune(time)) > 0);
    while ((await fleet.store.audit.prune(time)) > 0);
    await fleet.log.forget(before);
  } catch (error) {
    fleet.log.error(`cannot prune the ledger, the audit or the log: ${messageOf(error)}`);
  }
}
