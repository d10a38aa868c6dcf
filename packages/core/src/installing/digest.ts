import { createHash } from "node:crypto";
import { lstat, readFile, realpath } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { limits } from "./check-entries.ts";
import type { InstalledAgent } from "./lock-file.ts";
import type { AgentFile } from "./source-entry.ts";

/** How an installed file is now. */
export type FileState = "unchanged" | "changed" | "missing";

/** SHA-256 of each file by its path. */
export function digestsOf(files: readonly AgentFile[]): Readonly<Record<string, string>> {
  return Object.fromEntries(files.map(({ path, content }) => [path, digest(content)]));
}

/** SHA-256 of all files together, with their paths and modes, in whatever order they come. */
export function digestOfAll(files: readonly AgentFile[]): string {
  const facts = files.map(({ path, executable, content }) => [path, executable, digest(content)]);
  const sorted = facts.toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1));
  return digest(Buffer.from(JSON.stringify(sorted)));
}

/** How each file of an installed agent is now; `dir` is the fleet file's folder. */
export async function fileStates(
  dir: string,
  { folder, files }: InstalledAgent,
): Promise<ReadonlyMap<string, FileState>> {
  const states = new Map<string, FileState>();
  for (const [path, expected] of Object.entries(files)) {
    states.set(path, await stateOf(join(dir, folder), path, expected));
  }
  return states;
}

async function stateOf(root: string, path: string, expected: string): Promise<FileState> {
  const file = join(root, path);
  const stats = await lstat(file).catch(() => undefined);
  if (!stats) return "missing";
  // An agent can make its files of any size; none was larger when it was installed.
  if (!stats.isFile() || stats.size > limits.fileSize) return "changed";
  if (!(await isReallyIn(root, file))) return "changed";
  return digest(await readFile(file)) === expected ? "unchanged" : "changed";
}

/**
 * Whether a path in the folder of an agent leads through no link: an agent may have put one in the place of a
 * folder, and what that leads to was never installed.
 */
export async function isReallyIn(root: string, path: string): Promise<boolean> {
  const home = join(await realpath(dirname(root)), basename(root));
  return (await realpath(path)) === join(home, relative(root, path));
}

function digest(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
