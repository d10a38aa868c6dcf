import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** Files of a configuration, by path. */
export type Files = Readonly<Record<string, string>>;

/** Writes files to a temporary folder of the test. */
export async function writeFiles(files: Files): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "herdctl-config-"));
  onTestFinished(() => rm(dir, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
  return dir;
}
