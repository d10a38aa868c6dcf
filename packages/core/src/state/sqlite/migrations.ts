import { join } from "node:path";
import { backup } from "node:sqlite";
import { StateDirectoryError, StoreTooNewError } from "../errors.ts";
import { approvalsSchema } from "./approval-rows.ts";
import { auditSchema, auditSourceSchema } from "./audit.ts";
import { claimsSchema } from "./claims.ts";
import { type Connection, numberOf } from "./connection.ts";
import { firesSchema } from "./fires.ts";
import { jobsSchema } from "./job-rows.ts";
import { memorySchema } from "./memory.ts";
import { pausesSchema } from "./pauses.ts";
import { createPrivateFile } from "./private-file.ts";
import { schedulesSchema } from "./schedules.ts";
import { sessionsSchema } from "./sessions.ts";
import { snapshotsSchema } from "./snapshots.ts";
import { toolCallsSchema } from "./tool-calls.ts";
import { folderTotalsSchema, totalsSchema } from "./totals.ts";
import { usageSchema } from "./usage.ts";

/** Scripts that lead from one schema version to the next: the first makes version 1. Never edited, only added to. */
export const migrations: readonly string[] = [
  [
    jobsSchema,
    totalsSchema,
    firesSchema,
    schedulesSchema,
    sessionsSchema,
    usageSchema,
    pausesSchema,
    snapshotsSchema,
    claimsSchema,
  ].join("\n"),
  [toolCallsSchema, memorySchema].join("\n"),
  approvalsSchema,
  folderTotalsSchema,
  auditSchema,
  auditSourceSchema,
];

/** Brings the store to the newest version; what holds data is backed up first. */
export async function migrate(
  connection: Connection,
  scripts: readonly string[] = migrations,
): Promise<void> {
  const found = checkedVersion(connection, scripts.length);
  if (found === scripts.length) return;
  if (found > 0) {
    const copy = join(connection.stateDir, `herdctl.backup-v${found}.db`);
    createPrivateFile(copy);
    await backup(connection.database, copy);
  }
  connection.script("BEGIN IMMEDIATE");
  try {
    // Another process may have done it meanwhile.
    const version = checkedVersion(connection, scripts.length);
    for (const script of scripts.slice(version)) connection.script(script);
    connection.script(`PRAGMA user_version = ${scripts.length}; COMMIT`);
  } catch (error) {
    if (connection.database.isTransaction) connection.script("ROLLBACK");
    throw error;
  }
}

/** A store that may not be written must have the version that this program reads. */
export function requireCurrent(connection: Connection): void {
  const found = checkedVersion(connection, migrations.length);
  if (found === migrations.length) return;
  throw new StateDirectoryError(
    `The store in state directory "${connection.stateDir}" was written by an older herdctl (schema ` +
      `version ${found} of ${migrations.length}). Run \`herdctl start\` once with write access to upgrade it.`,
    { stateDir: connection.stateDir },
  );
}

/** Refuses a store of a newer herdctl. */
export function refuseNewer(connection: Connection): void {
  checkedVersion(connection, migrations.length);
}

function checkedVersion(connection: Connection, supported: number): number {
  const found = numberOf(connection.get("PRAGMA user_version"), "user_version");
  if (found > supported) throw new StoreTooNewError(connection.stateDir, { found, supported });
  return found;
}
