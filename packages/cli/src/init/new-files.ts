import { mkdir, stat, writeFile } from "node:fs/promises";
import { dirname, relative } from "node:path";
import { FleetManagerError } from "@herdctl/core";

/** A file to write. */
export interface NewFile {
  readonly path: string;
  readonly content: string;
}

/**
 * Writes files that do not exist yet: all of them, or none.
 *
 * @throws `INVALID_STATE` naming those that exist
 */
export async function writeNewFiles(files: readonly NewFile[], cwd: string): Promise<void> {
  const taken: string[] = [];
  for (const { path } of files) if (await exists(path)) taken.push(relative(cwd, path));
  if (taken.length > 0) {
    throw new FleetManagerError(
      `${taken.join(", ")} ${taken.length === 1 ? "exists" : "exist"} already; nothing was written.`,
      { code: "INVALID_STATE", context: { files: taken } },
    );
  }
  for (const { path, content } of files) {
    await mkdir(dirname(path), { recursive: true });
    // Exclusively, should somebody have been faster.
    await writeFile(path, content, { flag: "wx" });
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
