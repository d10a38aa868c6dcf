import { readdir, readFile, lstat } from "node:fs/promises";
import { join } from "node:path";
import type { FleetPlace } from "../../src/installing/fleet-place.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { gitEnv, writeFiles } from "./repository.ts";

/** A fleet in a folder of its own. */
export interface FleetFolder {
  readonly dir: string;
  readonly stateDir: string;
  readonly place: Required<FleetPlace>;
  /** Every file with its content and mode, to compare. */
  snapshot(): Promise<Readonly<Record<string, string>>>;
}

export const fleetText = `# Our fleet.
version: 1

agents:
  # The first.
  - path: own.yaml # ours
`;

/** Writes a fleet with one agent, `own`. */
export async function createFleetFolder(
  files: Readonly<Record<string, string>> = {},
): Promise<FleetFolder> {
  const dir = await temporaryFolder();
  await writeFiles(dir, { "herdctl.yaml": fleetText, "own.yaml": "name: own\n", ...files });
  return {
    dir,
    stateDir: join(dir, ".herdctl"),
    place: { configPath: join(dir, "herdctl.yaml"), cwd: dir, env: gitEnv },
    snapshot: () => snapshot(dir),
  };
}

async function snapshot(dir: string): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for (const path of (await readdir(dir, { recursive: true })).toSorted()) {
    const stats = await lstat(join(dir, path));
    const content = stats.isFile() ? await readFile(join(dir, path), "utf8") : "";
    found[path] = `${stats.mode.toString(8)} ${content}`;
  }
  return found;
}
