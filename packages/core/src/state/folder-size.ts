import { type Dirent, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Bytes of the files in a folder and below; 0 where there is none. */
export function folderSize(folder: string): number {
  let entries: readonly Dirent[];
  try {
    entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  } catch {
    return 0;
  }
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false }))
    .reduce((sum, facts) => sum + (facts?.size ?? 0), 0);
}
