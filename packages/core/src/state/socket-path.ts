import { createHash } from "node:crypto";
import { lstatSync, mkdirSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { dirname, join, sep } from "node:path";
import { jobFolder } from "./attempt-files.ts";
import { StateDirectoryError } from "./errors.ts";

/** Bytes of a socket's path that every system takes: Linux 107, macOS 103. */
export const longestSocketPath = 100;

/** Path of the control socket: in the state directory, or where the system's limit on its length allows. */
export function socketPathFor(
  stateDir: string,
  env: Readonly<Record<string, string | undefined>>,
): string {
  const inside = join(stateDir, "herdctl.sock");
  if (Buffer.byteLength(inside) <= longestSocketPath) return inside;
  const name = socketName(stateDir);
  const runtimeDir = env["XDG_RUNTIME_DIR"];
  if (runtimeDir) {
    const path = join(runtimeDir, "herdctl", name);
    if (Buffer.byteLength(path) <= longestSocketPath) return path;
  }
  return join(tmpdir(), `herdctl-${userInfo().uid}`, name);
}

/**
 * The socket of a job's tools in the job's folder, which is what a container sees; its path may be longer
 * than the system takes.
 */
export function jobFolderSocket(stateDir: string, jobId: string): string {
  return join(jobFolder(stateDir, jobId), "herdctl.sock");
}

/**
 * Path of the socket through which a job's claude on this machine reaches herdctl's tools. It depends on nothing but
 * the job, so that the next owner finds it whatever its environment is.
 */
export function jobSocketPath(stateDir: string, jobId: string): string {
  const inside = jobFolderSocket(stateDir, jobId);
  if (Buffer.byteLength(inside) <= longestSocketPath) return inside;
  return join("/tmp", `herdctl-${userInfo().uid}`, socketName(inside));
}

function socketName(place: string): string {
  return `${createHash("sha256").update(place).digest("hex").slice(0, 16)}.sock`;
}

/** Creates the folder of a socket, for this user alone. */
export function prepareSocketFolder(socketPath: string, stateDir: string): void {
  const folder = dirname(socketPath);
  if (folder === stateDir) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (folder.startsWith(stateDir + sep)) return;
  // In a shared folder somebody else could have made it first, to listen in our place.
  const { uid, mode } = lstatSync(folder);
  const safe = uid === userInfo().uid && (mode & 0o077) === 0 && lstatSync(folder).isDirectory();
  if (safe) return;
  throw new StateDirectoryError(
    `"${folder}", where a socket goes, is not a private folder of yours. Remove it, or ` +
      "use a state directory with a shorter path.",
    { stateDir },
  );
}
