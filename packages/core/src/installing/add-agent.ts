import { mkdir, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { loadConfig } from "../config/load.ts";
import { digestsOf } from "./digest.ts";
import type { AgentOffer } from "./fetch-agent.ts";
import { findFleetFolder, type FleetPlace } from "./fleet-place.ts";
import { holdLockFile, type InstalledAgent, readLockFile, writeLockFile } from "./lock-file.ts";
import { proposeAgent } from "./propose-agent.ts";
import type { AgentFile } from "./source-entry.ts";

/** How {@link addAgent} and {@link removeAgent} change a fleet. */
export interface ChangeOptions extends FleetPlace {
  /** Has the daemon of the fleet take the change up; when it rejects, the change is taken back. */
  readonly activate?: () => Promise<void>;
}

/**
 * Adds what was fetched to the fleet: its files, a reference in the fleet file, whose comments stay, and a
 * record in `herdctl.lock.json`. All of it, or nothing.
 *
 * @throws `INVALID_STATE` when its name is taken by now; ConfigurationError
 */
export async function addAgent(
  offer: AgentOffer,
  options: ChangeOptions = {},
): Promise<InstalledAgent> {
  const dir = await findFleetFolder(options);
  await using _held = await holdLockFile(dir);
  const { fleet, folder, before, after } = await proposeAgent(offer, options);
  const known = await readLockFile(dir);
  const installed = recordOf(offer, folder);

  await using undo = new AsyncDisposableStack();
  // First: what is in it, `removeAgent` knows to remove after a crash.
  undo.defer(() => writeLockFile(dir, known));
  await writeLockFile(dir, { ...known, [offer.name]: installed });
  const made = await mkdir(dirname(join(dir, folder)), { recursive: true });
  if (made !== undefined) undo.defer(() => rmdir(made));
  undo.defer(() => rm(join(dir, folder), { recursive: true, force: true }));
  await place(offer.files, join(dir, folder), dir);
  undo.defer(() => writeFileAtomic(fleet.file, before));
  if (after !== before) await writeFileAtomic(fleet.file, after);
  await loadConfig(fleet.file, options);
  await options.activate?.();
  undo.move();
  return installed;
}

function recordOf({ source, commit, file, files }: AgentOffer, folder: string): InstalledAgent {
  return {
    source,
    ...(commit !== undefined && { commit }),
    installedAt: new Date().toISOString(),
    folder,
    file,
    files: digestsOf(files),
  };
}

/** The folder is there with all of its files, or not at all. */
async function place(files: readonly AgentFile[], folder: string, dir: string): Promise<void> {
  const unfinished = join(dir, ".herdctl-agent-unfinished");
  // Of a crash: nobody else adds one now.
  await rm(unfinished, { recursive: true, force: true });
  try {
    for (const { path, content, executable } of files) {
      const file = join(unfinished, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content, { flag: "wx", mode: executable ? 0o755 : 0o644 });
    }
    await rename(unfinished, folder);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}
