import type { Clock } from "../../clock.ts";
import type { JobStore } from "../store.ts";
import { admitJobs } from "./admit.ts";
import { type Connection, textOf } from "./connection.ts";
import {
  cancel,
  enqueue,
  enqueueLater,
  finish,
  park,
  renewLeases,
  leave,
  takeOver,
  update,
  wake,
} from "./job-commands.ts";
import { listJobs } from "./job-list.ts";
import { readJob, toRecord } from "./job-rows.ts";
import { prune } from "./prune.ts";
import { readOutputBytes, readTotals } from "./totals.ts";
import type { WriteQueue } from "./write-queue.ts";

/** Jobs: reads at once, commands in the next group commit. */
export function createJobStore(connection: Connection, queue: WriteQueue, clock: Clock): JobStore {
  const now = (): string => new Date(clock.now()).toISOString();
  return {
    get: (id) => readJob(connection, id),
    idsWithPrefix: (prefix, limit) =>
      connection
        // No character of an id sorts after "~".
        .all(
          "SELECT id FROM jobs WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
          prefix,
          `${prefix}~`,
          limit,
        )
        .map((row) => textOf(row, "id")),
    latestId: () => {
      const row = connection.get("SELECT id FROM jobs ORDER BY seq DESC LIMIT 1");
      return row && textOf(row, "id");
    },
    list: (filter) => listJobs(connection, filter),
    live: () =>
      connection
        .all(
          "SELECT seq, doc FROM jobs WHERE status IN ('queued', 'running', 'waiting') ORDER BY seq",
        )
        .map(toRecord),
    queue: () =>
      connection
        // Left to itself, SQLite takes the index on the status and sorts every document.
        .all(
          `SELECT seq, doc FROM jobs INDEXED BY jobs_queue WHERE status = 'queued'
           ORDER BY priority DESC, seq`,
        )
        .map(toRecord),
    totals: (agentName) => readTotals(connection, agentName),
    outputBytes: () => readOutputBytes(connection),

    enqueue: (job, options = {}) =>
      queue.write(() => enqueue(connection, { job, ...options, now: now() })),
    enqueueLater: (job, wakeAt) =>
      queue.write(() => enqueueLater(connection, { job, wakeAt, now: now() })),
    admit: (request) => queue.write(() => admitJobs(connection, request, now())),
    update: (hold, patch) => queue.write(() => update(connection, hold, patch)),
    park: (hold, wait) => queue.write(() => park(connection, hold, { ...wait, now: now() })),
    wake: (id) => queue.write(() => wake(connection, id, now())),
    finish: (hold, end, session) =>
      queue.write(() => finish(connection, hold, { end, session, now: now() })),
    requestCancel: (id, cause) => queue.write(() => cancel(connection, id, { cause, now: now() })),
    leave: (hold) => queue.write(() => leave(connection, hold)),
    takeOver: (hold, owner) => queue.write(() => takeOver(connection, hold, owner)),
    renewLeases: (node, leaseUntil) => queue.write(() => renewLeases(connection, node, leaseUntil)),
    prune: (keep) => queue.write(() => prune(connection, keep)),
  };
}
