import { constants } from "node:fs";
import { type FileHandle, lchown, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { isMissing } from "../../../state/line-reader.ts";

/**
 * Gives folders to the user of a container, where that is somebody else. Only root can; else what the
 * user may do is up to the rights of the files.
 */
export async function giveFolders(folders: readonly string[], user: string): Promise<void> {
  const [uid, gid = uid] = user.split(":").map(Number);
  if (process.getuid?.() !== 0 || uid === undefined || gid === undefined || uid === 0) return;
  const give = (path: string): Promise<void> => lchown(path, uid, gid);
  for (const folder of folders) {
    await giveBelow(folder, give);
    await give(folder);
  }
}

/**
 * Links stay links, also on the way: an agent may have put one in the place of a folder, or do so in this
 * moment, and whatever it leads to would be the agent's.
 */
async function giveBelow(folder: string, give: (path: string) => Promise<void>): Promise<void> {
  await using opened = await openFolder(folder);
  if (!opened) return;
  const here = pathOf(opened, folder);
  for (const name of await readdir(here)) {
    const path = join(here, name);
    await giveBelow(path, give);
    await give(path).catch(unlessGone);
  }
}

/** `undefined`: it is none, or not any more. */
async function openFolder(path: string): Promise<FileHandle | undefined> {
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  try {
    return await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOTDIR" || code === "ELOOP" || code === "ENOENT") return undefined;
    throw error;
  }
}

/** The folder that was opened, whatever has its name by now; elsewhere than on Linux there is no such path. */
function pathOf({ fd }: FileHandle, folder: string): string {
  return process.platform === "linux" ? `/proc/self/fd/${fd}` : folder;
}

function unlessGone(error: unknown): void {
  if (!isMissing(error)) throw error;
}
