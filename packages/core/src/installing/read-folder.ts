import { constants } from "node:fs";
import { lstat, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../errors.ts";
import { checkEntries, checkSizes, limits } from "./check-entries.ts";
import type { AgentFile, FetchedFiles, SourceEntry } from "./source-entry.ts";
import { sourceError } from "./source-error.ts";

/**
 * Reads the files of a folder, what git keeps in it aside.
 *
 * @throws `AGENT_SOURCE`
 */
export async function readFolder(folder: string): Promise<FetchedFiles> {
  const entries: FoundEntry[] = [];
  try {
    await walk(folder, "", entries);
  } catch (error) {
    throw sourceError(`The folder ${folder} cannot be read: ${messageOf(error)}.`);
  }
  checkEntries(entries);
  checkSizes(new Map(entries.map(({ path, size }) => [path, size])));
  const files: AgentFile[] = [];
  for (const { path, executable } of entries) {
    files.push({ path, executable, content: await readRegular(join(folder, path)) });
  }
  return { files };
}

interface FoundEntry extends SourceEntry {
  readonly size: number;
}

async function walk(folder: string, within: string, found: FoundEntry[]): Promise<void> {
  for (const name of (await readdir(join(folder, within))).toSorted()) {
    // One more than there may be is enough to know.
    if (found.length > limits.files) return;
    if (name === ".git") continue;
    const path = within === "" ? name : `${within}/${name}`;
    const stats = await lstat(join(folder, path));
    if (stats.isDirectory()) {
      await walk(folder, path, found);
      continue;
    }
    const kind = stats.isFile() ? "file" : stats.isSymbolicLink() ? "link" : "special";
    found.push({ path, kind, size: stats.size, executable: (stats.mode & 0o100) !== 0 });
  }
}

/** What was a file a moment ago may be a link, or a pipe that never ends, by now. */
async function readRegular(path: string): Promise<Buffer> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  try {
    await using file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const content = Buffer.alloc(limits.fileSize + 1);
    const { bytesRead } = await file.read(content, 0, content.length, 0);
    return content.subarray(0, bytesRead);
  } catch (error) {
    throw sourceError(`${path} cannot be read: ${messageOf(error)}.`);
  }
}
