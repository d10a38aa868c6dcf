import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { jobFolder } from "../state/attempt-files.ts";
import { folderSize } from "../state/folder-size.ts";
import { jobOutputFile } from "../state/job-output.ts";
import type { Fleet } from "./fleet.ts";
import { logFolder } from "./logs/log-files.ts";
import type { FleetStatus } from "./types.ts";

/** What the state directory takes up; costs the same however many jobs are kept. */
export function measureStorage({
  state,
  store,
}: Pick<Fleet, "state" | "store">): FleetStatus["storage"] {
  const { stateDir } = state;
  const started = store.jobs.live().filter(({ attempt }) => attempt > 0);
  const logs = logFolder(stateDir);
  return {
    databaseBytes: sizeOfAll(["herdctl.db", "herdctl.db-wal"].map((name) => join(stateDir, name))),
    outputBytes:
      store.jobs.outputBytes() +
      sizeOfAll(started.map(({ id }) => jobOutputFile(stateDir, id))) +
      started.reduce((sum, { id }) => sum + folderSize(jobFolder(stateDir, id)), 0),
    logBytes: sizeOfAll(namesIn(logs).map((name) => join(logs, name))),
  };
}

function sizeOfAll(paths: readonly string[]): number {
  return paths.reduce(
    (sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // There is no log, or it cannot be read: then it cannot be measured either.
    return [];
  }
}
