import { lchown, readdir } from "node:fs/promises";
import { join } from "node:path";

/**
 * Gives folders to the user of a container, where that is somebody else. Only root can; else what the
 * user may do is up to the rights of the files.
 */
export async function giveFolders(folders: readonly string[], user: string): Promise<void> {
  const [uid, gid = uid] = user.split(":").map(Number);
  if (process.getuid?.() !== 0 || uid === undefined || gid === undefined || uid === 0) return;
  for (const folder of folders) {
    const entries = await readdir(folder, { recursive: true });
    // Links stay links: an agent may have made them.
    for (const path of [folder, ...entries.map((name) => join(folder, name))]) {
      await lchown(path, uid, gid);
    }
  }
}
