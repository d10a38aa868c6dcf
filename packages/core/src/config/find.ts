import { readdir, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { withSuggestions } from "../errors.ts";
import { ConfigurationError } from "./configuration-error.ts";

/** What `configPath` turned out to be. */
export type ConfigTarget =
  | { readonly kind: "file"; readonly file: string; readonly dir: string }
  | { readonly kind: "folder"; readonly files: readonly string[]; readonly dir: string };

const fleetFileNames = ["herdctl.yaml", "herdctl.yml"];

/** Finds the configuration: a file, a folder, or else `herdctl.yaml` in `cwd` or above it. */
export async function findConfig(path: string | undefined, cwd: string): Promise<ConfigTarget> {
  if (path === undefined) return await searchUpward(cwd);
  const absolute = resolve(cwd, expandHome(path));
  const kind = await kindOf(absolute);
  if (kind === "file") return { kind, file: absolute, dir: dirname(absolute) };
  if (kind === "folder") return await targetInFolder(absolute, cwd);
  const siblings = await readdir(dirname(absolute)).catch(() => undefined);
  const message = `No configuration at ${absolute}.${hintFor(absolute, siblings)}`;
  throw new ConfigurationError(message, { configPath: absolute, problems: [], cwd });
}

function hintFor(file: string, siblings: readonly string[] | undefined): string {
  if (!siblings) return ` The folder ${dirname(file)} does not exist either.`;
  const candidates = siblings.filter(isYaml).toSorted();
  if (candidates.length > 0) return withSuggestions("", basename(file), candidates);
  return ` The folder ${dirname(file)} has no YAML files. Run "herdctl init" there to make some.`;
}

/** The fleet file of a folder, if it has one. */
export async function fleetFileIn(dir: string): Promise<string | undefined> {
  for (const name of fleetFileNames) {
    const file = join(dir, name);
    if ((await kindOf(file)) === "file") return file;
  }
  return undefined;
}

/** What is at a path. */
export async function kindOf(path: string): Promise<"file" | "folder" | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return undefined;
  return found.isDirectory() ? "folder" : "file";
}

/** Replaces a leading `~` by the home folder. */
export function expandHome(path: string): string {
  return path === "~" || path.startsWith("~/") ? join(homedir(), path.slice(1)) : path;
}

/** Tells whether a file name is YAML's. */
export function isYaml(name: string): boolean {
  return /\.ya?ml$/i.test(name);
}

async function searchUpward(cwd: string): Promise<ConfigTarget> {
  for (let dir = resolve(cwd); ; dir = dirname(dir)) {
    const file = await fleetFileIn(dir);
    if (file) return { kind: "file", file, dir };
    if (dir === dirname(dir)) break;
  }
  throw new ConfigurationError(
    `No herdctl.yaml in ${resolve(cwd)} or any folder above it. Run "herdctl init" to make one, or name a file with --config.`,
    { configPath: resolve(cwd), problems: [], cwd },
  );
}

async function targetInFolder(dir: string, cwd: string): Promise<ConfigTarget> {
  const file = await fleetFileIn(dir);
  if (file) return { kind: "file", file, dir };
  const names = (await readdir(dir)).filter(isYaml).toSorted();
  if (names.length === 0) {
    throw new ConfigurationError(
      `The folder ${dir} has neither a herdctl.yaml nor agent files (*.yaml).`,
      { configPath: dir, problems: [], cwd },
    );
  }
  return { kind: "folder", files: names.map((name) => join(dir, name)), dir };
}
