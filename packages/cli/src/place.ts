import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { type ConfigTarget, findConfig, socketPathFor } from "@herdctl/core";
import type { Context } from "./context.ts";
import type { GlobalOptions } from "./global-options.ts";
import { usageError } from "./usage-error.ts";

/** Where a fleet's configuration and state are. */
export interface Place {
  /** Fleet file, folder or agent file. */
  readonly configPath: string;
  readonly stateDir: string;
  readonly socketPath: string;
}

/** A {@link Place} whose configuration need not exist. */
export type StatePlace = Omit<Place, "configPath">;

/**
 * Finds configuration and state.
 *
 * @throws `CONFIGURATION_ERROR` when there is no configuration
 */
export async function findPlace(options: GlobalOptions, context: Context): Promise<Place> {
  refuseUrl(options);
  const target = await findConfig(options.config, context.cwd);
  const configPath = target.kind === "file" ? target.file : target.dir;
  return { configPath, ...(await statePlace(options, context, target)) };
}

/** Finds the state, also where there is no configuration: history outlives it. */
export async function findState(options: GlobalOptions, context: Context): Promise<StatePlace> {
  refuseUrl(options);
  if (options.state !== undefined) return statePlace(options, context, undefined);
  const found = findConfig(options.config, context.cwd);
  const target = options.config === undefined ? await found.catch(() => undefined) : await found;
  return statePlace(options, context, target);
}

/** Refuses `--url`, for what works with files alone. */
export function refuseUrl({ url }: GlobalOptions): void {
  if (url === undefined) return;
  throw usageError("This works with the files of this machine: --url does not go with it.");
}

async function statePlace(
  { state }: GlobalOptions,
  { cwd, env }: Context,
  target: ConfigTarget | undefined,
): Promise<StatePlace> {
  const stateDir =
    state === undefined ? join(await homeOf(target, cwd), ".herdctl") : resolve(cwd, state);
  return { stateDir, socketPath: socketPathFor(stateDir, env) };
}

/** State is kept beside a fleet file; loose agent files leave it to the current folder. */
async function homeOf(target: ConfigTarget | undefined, cwd: string): Promise<string> {
  if (target?.kind !== "file") return cwd;
  const isFleet = isFleetName(target.file) || looksLikeFleet(await readFile(target.file, "utf8"));
  return isFleet ? target.dir : cwd;
}

function isFleetName(file: string): boolean {
  return /^herdctl\.ya?ml$/.test(basename(file));
}

// The file may be broken YAML, and its state is wanted all the same.
function looksLikeFleet(text: string): boolean {
  return /^(?:version|fleet|agents|fleets|defaults)\s*:/m.test(text);
}
