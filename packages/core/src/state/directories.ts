import { access, constants, mkdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { messageOf } from "../errors.ts";
import { StateDirectoryError } from "./errors.ts";

/**
 * Creates the state directory and its folders, for this user alone.
 *
 * @throws `STATE_DIR`
 */
export async function createDirectories(stateDir: string): Promise<void> {
  try {
    for (const folder of [stateDir, join(stateDir, "jobs"), join(stateDir, "docker-sessions")]) {
      await createFolder(folder);
    }
    await access(stateDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw toDirectoryError(error, stateDir, "create or write");
  }
}

// Node's own recursive mkdir never returns where a file system such as /proc refuses with ENOENT.
async function createFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    const parent = dirname(path);
    const isThere = async (folder: string): Promise<boolean> =>
      (await stat(folder).catch(() => undefined))?.isDirectory() ?? false;
    if (await isThere(path)) return;
    if (parent === path || (await isThere(parent))) throw error;
    await createFolder(parent);
    await createFolder(path);
  }
}

/** Makes sure that the state directory can be read. */
export async function checkDirectory(stateDir: string): Promise<void> {
  try {
    const found = await stat(stateDir);
    if (!found.isDirectory()) throw notADirectory(stateDir);
    await access(stateDir, constants.R_OK | constants.X_OK);
  } catch (error) {
    throw toDirectoryError(error, stateDir, "read");
  }
}

/** A failure of the file system as a {@link StateDirectoryError} with its remedy. */
export function toDirectoryError(
  error: unknown,
  stateDir: string,
  action: string,
): StateDirectoryError {
  if (error instanceof StateDirectoryError) return error;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EEXIST" || code === "ENOTDIR") return notADirectory(stateDir, error);
  const remedies: Readonly<Record<string, string>> = {
    EACCES: "Check its owner and permissions.",
    EPERM: "Check its owner and permissions.",
    EROFS: "Its disk is mounted read-only.",
    ENOSPC: "The disk is full: free some space.",
    ENOENT: "There is no such directory: has a fleet been started here?",
  };
  const remedy = remedies[String(code)] ?? "Choose another one with `--state`.";
  return new StateDirectoryError(
    `Cannot ${action} state directory "${stateDir}". ${remedy} (${messageOf(error)})`,
    { stateDir, cause: error },
  );
}

function notADirectory(stateDir: string, cause?: unknown): StateDirectoryError {
  return new StateDirectoryError(
    `State directory "${stateDir}", or a part of its path, is a file. Choose another one with \`--state\`.`,
    { stateDir, cause },
  );
}
