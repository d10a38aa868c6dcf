import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { projectFolderName } from "../../claude-home.ts";
import { leadsInside } from "../../leads-inside.ts";
import { isMissing } from "../../state/line-reader.ts";

export interface SessionPlace {
  /** Where Claude Code keeps its sessions and settings. */
  readonly claudeHome: string;
  /** Folder that claude works in. */
  readonly cwd: string;
  readonly sessionId: string;
}

/**
 * Path of the file that Claude Code keeps a session in; `undefined` until it has written to it. A
 * session stays in the folder that it began in, and the names of two folders can be the same. Links that
 * lead elsewhere are not followed: an agent could have its viewers read what is not its own.
 */
export async function findSessionFile(place: SessionPlace): Promise<string | undefined> {
  const projects = join(place.claudeHome, "projects");
  const name = `${place.sessionId}.jsonl`;
  const likely = join(projects, projectFolderName(await realPathOf(place.cwd)));
  for (const folder of [likely, ...(await foldersIn(projects))]) {
    const path = join(folder, name);
    if ((await sizeOf(path)) > 0 && (await leadsInside(path, projects))) return path;
  }
  return undefined;
}

/** Paths of what the subagents of a session have said. */
export async function listSubagentFiles(sessionFile: string): Promise<readonly string[]> {
  const folder = subagentFolder(sessionFile);
  const names = await readdir(folder).catch(noneIfMissing);
  return names.filter((name) => name.endsWith(".jsonl")).map((name) => join(folder, name));
}

export function subagentFolder(sessionFile: string): string {
  return join(sessionFile.replace(/\.jsonl$/, ""), "subagents");
}

/** Bytes of a file, 0 for one that is not there. */
export async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}

async function foldersIn(projects: string): Promise<readonly string[]> {
  const names = await readdir(projects).catch(noneIfMissing);
  return names.map((name) => join(projects, name));
}

function noneIfMissing(error: unknown): readonly string[] {
  if (isMissing(error)) return [];
  throw error;
}

async function realPathOf(path: string): Promise<string> {
  // A folder that has vanished has no other name.
  return realpath(path).catch(() => path);
}
