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

/**
 * Finds a session's transcript in Claude Code's home. Until Claude Code has written its first line there
 * is none, and a session without one cannot be continued.
 */
export async function findTranscript(
  home: string,
  sessionId: string,
): Promise<TranscriptFile | undefined> {
  if (!isSessionId(sessionId)) return undefined;
  const projects = join(home, "projects");
  // By id in every folder: the name of a folder says too little, and a session may have moved.
  for (const folder of await namesIn(projects)) {
    const found = await statTranscript(join(projects, folder, sessionId + extension));
    if (found) return found;
  }
  return undefined;
}

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

// Becomes part of a path.
function isSessionId(text: string): boolean {
  return /^[\w-]+$/.test(text);
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
