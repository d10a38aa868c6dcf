import { realpath } from "node:fs/promises";
import { sep } from "node:path";

/** Tells whether a path, links followed, is in a folder: an agent may have put a link in its place. */
export async function leadsInside(path: string, folder: string): Promise<boolean> {
  try {
    return (await realpath(path)).startsWith((await realpath(folder)) + sep);
  } catch {
    // It leads nowhere.
    return false;
  }
}
