import { realpath } from "node:fs/promises";
import { join } from "node:path";

export interface MaskedPathsOptions {
  readonly workspace: string;
  readonly stateDir: string;
  /** Files of the configuration. */
  readonly protectedFiles: readonly string[];
}

/** Real paths, wherever they are, that an agent in a container neither reads nor writes. */
export interface MaskedPaths {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/** Secrets, configuration and state: all that exists of it. */
export async function maskedPaths(options: MaskedPathsOptions): Promise<MaskedPaths> {
  const { workspace, stateDir, protectedFiles } = options;
  return {
    files: await realPathsOf([join(workspace, ".env"), ...protectedFiles]),
    folders: await realPathsOf([stateDir]),
  };
}

async function realPathsOf(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(paths.map((path) => realpath(path).catch(() => [])));
  return [...new Set(found.flat())];
}
