import type { Clock } from "../../clock.ts";
import type { StateStore } from "../store.ts";
import { createApprovalStore } from "./approvals.ts";
import { createAuditStore } from "./audit.ts";
import { createClaimStore } from "./claims.ts";
import { type Connection, numberOf } from "./connection.ts";
import { createFireStore } from "./fires.ts";
import { createJobStore } from "./jobs.ts";
import { createMemoryStore } from "./memory.ts";
import { openForReading, openForWriting } from "./open-connection.ts";
import { createScheduleStore } from "./schedules.ts";
import { createPauseStore } from "./pauses.ts";
import { createSessionStore } from "./sessions.ts";
import { createSnapshotStore } from "./snapshots.ts";
import { createToolCallStore } from "./tool-calls.ts";
import { createUsageStore } from "./usage.ts";
import { WriteQueue } from "./write-queue.ts";

/** How to open the embedded store. */
interface OpenStoreOptions {
  /** Folder of `herdctl.db`; must exist. */
  readonly stateDir: string;
  readonly clock: Clock;
  /** Changes nothing on disk; every command is refused. */
  readonly readOnly?: boolean;
}

/**
 * Opens the embedded store and brings its schema up to date.
 *
 * @throws {StateDirectoryError} `STATE_DIR` when the disk or the file does not allow it.
 * @throws {StoreTooNewError} `STORE_TOO_NEW` when a newer herdctl wrote it.
 */
export async function openSqliteStore(options: OpenStoreOptions): Promise<StateStore> {
  const { stateDir, clock, readOnly = false } = options;
  const connection = await (readOnly ? openForReading(stateDir) : openForWriting(stateDir));
  return createStore(connection, new WriteQueue(connection, { readOnly }), clock);
}

/** The store over an open database with a current schema. */
export function createStore(connection: Connection, queue: WriteQueue, clock: Clock): StateStore {
  return {
    jobs: createJobStore(connection, queue, clock),
    fires: createFireStore(connection, queue, clock),
    schedules: createScheduleStore(connection, queue),
    sessions: createSessionStore(connection, queue),
    usage: createUsageStore(connection),
    pauses: createPauseStore(connection, queue),
    snapshots: createSnapshotStore(connection, queue),
    claims: createClaimStore(connection, queue),
    approvals: createApprovalStore(connection, queue, clock),
    memory: createMemoryStore(connection, queue),
    toolCalls: createToolCallStore(connection, queue),
    audit: createAuditStore(connection, queue),
    // SQLite's number counts the commits of other connections only.
    dataVersion: () =>
      numberOf(connection.get("PRAGMA data_version"), "data_version") + queue.commits,
    probe: () =>
      queue.write(() => {
        const version = numberOf(connection.get("PRAGMA user_version"), "user_version");
        connection.script(`PRAGMA user_version = ${version}`);
      }),
    exclusively: (action) => queue.write(action),
    close: async () => {
      await queue.close();
      connection.close();
    },
  };
}
