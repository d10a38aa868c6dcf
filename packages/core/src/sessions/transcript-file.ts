import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { leadsInside } from "../leads-inside.ts";
import { isMissing } from "../state/line-reader.ts";

/** The file that Claude Code keeps a session in. */
export interface TranscriptFile {
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly modified: number;
}

const extension = ".jsonl";

/** The paths of all transcripts in Claude Code's home, by session id. */
export async function indexTranscripts(home: string): Promise<ReadonlyMap<string, string>> {
  const projects = join(home, "projects");
  const paths = new Map<string, string>();
  for (const folder of await pathsIn(projects, projects)) {
    for (const path of await pathsIn(folder, projects)) {
      if (path.endsWith(extension)) paths.set(basename(path, extension), path);
    }
  }
  return paths;
}

/** Size and age of a transcript; `undefined`: it is gone, or empty. */
export async function statTranscript(path: string): Promise<TranscriptFile | undefined> {
  try {
    const { size, mtimeMs } = await stat(path);
    return size === 0 ? undefined : { path, bytes: size, modified: mtimeMs };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** What is in a folder, but for links that lead out of `all`. */
async function pathsIn(folder: string, all: string): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (!entry.isSymbolicLink() || (await leadsInside(path, all))) paths.push(path);
  }
  return paths;
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
