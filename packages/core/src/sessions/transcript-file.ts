import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
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
  const folders = (await namesIn(projects)).map((name) => join(projects, name));
  const paths = new Map<string, string>();
  for (const folder of folders) {
    for (const name of await namesIn(folder)) {
      if (name.endsWith(extension)) paths.set(idOf(name), join(folder, name));
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

function idOf(name: string): string {
  return name.slice(0, -extension.length);
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
