import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { isMissing } from "../state/line-reader.ts";

/** The file that Claude Code keeps a session in. */
export interface TranscriptFile {
  readonly sessionId: string;
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
    const found = await look(join(projects, folder), sessionId);
    if (found) return found;
  }
  return undefined;
}

/** Every transcript in a folder, last used first. */
export async function listTranscripts(folder: string): Promise<readonly TranscriptFile[]> {
  const names = await namesIn(folder);
  const ids = names.filter((name) => name.endsWith(extension)).map(idOf);
  const found = await Promise.all(ids.filter(isSessionId).map((id) => look(folder, id)));
  return found.filter((file) => file !== undefined).toSorted((a, b) => b.modified - a.modified);
}

function idOf(name: string): string {
  return name.slice(0, -extension.length);
}

// Becomes part of a path.
function isSessionId(text: string): boolean {
  return /^[\w-]+$/.test(text);
}

async function look(folder: string, sessionId: string): Promise<TranscriptFile | undefined> {
  const path = join(folder, sessionId + extension);
  try {
    const { size, mtimeMs } = await stat(path);
    return size === 0 ? undefined : { sessionId, path, bytes: size, modified: mtimeMs };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
