import { join } from "node:path";
import type { ResolvedConfig } from "./resolved.ts";

/** Where the agents from elsewhere of a fleet in this folder are written down. */
export function lockFileIn(dir: string): string {
  return join(dir, "herdctl.lock.json");
}

/** Files that say what a fleet is, whether they are there or not: no agent in a container changes them. */
export function protectedFiles({
  files,
  configDir,
}: Pick<ResolvedConfig, "files" | "configDir">): readonly string[] {
  return [...files, lockFileIn(configDir)];
}
