import { access, constants, mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../errors.ts";
import { StateDirectoryError } from "./errors.ts";

/** Creates the state directory and its folders, for this user alone. */
export async function createDirectories(stateDir: string): Promise<void> {
  try {
    for (const folder of [stateDir, join(stateDir, "jobs"), join(stateDir, "docker-sessions")]) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
    }
    await access(stateDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw toDirectoryError(error, stateDir, "create or write");
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
