import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";

/** A folder, or the one above it in which it would be made. */
export async function existingFolder(
  folder: string,
): Promise<{ readonly folder: string; readonly found: Stats | undefined }> {
  const found = await stat(folder).catch(() => undefined);
  if (found || folder === dirname(folder)) return { folder, found };
  return existingFolder(dirname(folder));
}
