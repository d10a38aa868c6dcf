import { existsSync } from "node:fs";
import { readFile, rmdir, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { removeAgentReference } from "../config/edit.ts";
import { type ConfigTarget, findConfig } from "../config/find.ts";
import { loadConfig } from "../config/load.ts";
import { FleetManagerError } from "../errors.ts";
import { StateManager } from "../state/manager.ts";
import type { ChangeOptions } from "./add-agent.ts";
import { type FileState, fileStates, isReallyIn } from "./digest.ts";
import { findInstalled } from "./find-installed.ts";
import { holdLockFile, type InstalledAgent, readLockFile, writeLockFile } from "./lock-file.ts";

/** How {@link removeAgent} removes. */
export interface RemoveAgentOptions extends ChangeOptions {
  readonly stateDir: string;
  /** Removes also files that were changed since. */
  readonly force?: boolean;
}

/** What {@link removeAgent} did. */
export interface RemovedAgent {
  /** From the fleet file's folder on. */
  readonly folder: string;
  /** Files in it that are gone. */
  readonly removed: readonly string[];
  /** Files in it that were installed, were changed since, and are kept. */
  readonly kept: readonly string[];
}

/**
 * Removes an agent that {@link addAgent} has added: its reference, its record, and those of its files that
 * are as they were. What was never installed, such as files that the agent wrote, stays where it is.
 *
 * @throws AGENT_NOT_FOUND for an agent that was not added so; `INVALID_STATE` while it has jobs that are
 * not over; ConfigurationError when the fleet is not valid without it
 */
export async function removeAgent(
  name: string,
  options: RemoveAgentOptions,
): Promise<RemovedAgent> {
  const target = await findConfig(options.configPath, options.cwd ?? process.cwd());
  const { dir } = target;
  await using _held = await holdLockFile(dir);
  const known = await readLockFile(dir);
  const installed = findInstalled(known, name);
  await checkIdle(name, options);
  const states = await fileStates(dir, installed);
  const isLeft = states.get(installed.file) === "changed" && !options.force;

  let isActive = false;
  await using undo = new AsyncDisposableStack();
  undo.defer(async () => (isActive ? options.activate?.() : undefined));
  const isReferred = await removeReference(target, { installed, options, undo });
  if (isLeft && !isReferred) throw stillReferred(name, installed);
  await options.activate?.();
  isActive = true;
  // One may have begun while nobody looked.
  await checkIdle(name, options);
  undo.move();

  const removed = await deleteFiles(join(dir, installed.folder), states, options.force ?? false);
  const { [name]: _, ...others } = known;
  await writeLockFile(dir, others);
  // A pattern has referred to it until now.
  if (!isReferred) await options.activate?.();
  const isKept = (path: string): boolean =>
    states.get(path) !== "missing" && !removed.includes(path);
  return { folder: installed.folder, removed, kept: [...states.keys()].filter(isKept) };
}

interface Removal {
  readonly installed: InstalledAgent;
  readonly options: RemoveAgentOptions;
  readonly undo: AsyncDisposableStack;
}

/** Resolves with whether the fleet file referred to it by name. */
async function removeReference(
  target: ConfigTarget,
  { installed, options, undo }: Removal,
): Promise<boolean> {
  if (target.kind === "folder") return false;
  const { file } = target;
  const before = await readFile(file, "utf8");
  const after = removeAgentReference(before, join(installed.folder, installed.file));
  if (after === before) return false;
  await loadConfig(file, { ...options, proposed: new Map([[file, after]]) }).catch(
    async (error: unknown) => {
      // What was not valid with it need not be without it: it may be what is wrong.
      if (await isValid(file, options)) throw error;
    },
  );
  undo.defer(() => writeFileAtomic(file, before));
  await writeFileAtomic(file, after);
  return true;
}

function isValid(file: string, options: RemoveAgentOptions): Promise<boolean> {
  return loadConfig(file, options).then(
    () => true,
    () => false,
  );
}

async function checkIdle(name: string, { stateDir, env }: RemoveAgentOptions): Promise<void> {
  if (!existsSync(stateDir)) return;
  const state = await StateManager.open({ stateDir, readOnly: true, ...(env && { env }) });
  try {
    const jobs = state.store.jobs.live().filter(({ agentName }) => agentName === name);
    if (jobs.length === 0) return;
    const jobIds = jobs.map(({ id }) => id);
    throw new FleetManagerError(
      `The agent "${name}" has jobs that are not over: ${jobIds.join(", ")}. Wait for them, or end them ` +
        `with \`herdctl cancel --all --agent ${name}\`. Nothing was removed.`,
      { code: "INVALID_STATE", context: { agentName: name, jobIds } },
    );
  } finally {
    await state.close();
  }
}

function stillReferred(name: string, { folder, file }: InstalledAgent): FleetManagerError {
  return new FleetManagerError(
    `${folder}/${file} was changed and would be kept, and a pattern of the fleet file refers to it: the ` +
      `agent "${name}" would stay. Remove it with --force. Nothing was removed.`,
    { code: "INVALID_STATE", context: { agentName: name } },
  );
}

/** Resolves with the paths of what was deleted; a folder goes when nothing is left in it. */
async function deleteFiles(
  root: string,
  states: ReadonlyMap<string, FileState>,
  force: boolean,
): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const [path, state] of states) {
    if (state === "missing" || (state === "changed" && !force)) continue;
    if (!(await isReallyIn(root, dirname(join(root, path))))) continue;
    await unlink(join(root, path));
    removed.push(path);
  }
  const folders = new Set([...states.keys()].flatMap(foldersAbove));
  // The innermost first.
  for (const folder of [...folders].toSorted((a, b) => b.length - a.length)) {
    await rmdir(join(root, folder)).catch(() => undefined);
  }
  return removed;
}

function foldersAbove(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === "." ? [parent] : [parent, ...foldersAbove(parent)];
}
