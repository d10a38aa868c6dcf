import { readFile, rm, writeFile } from "node:fs/promises";
import writeFileAtomic from "write-file-atomic";
import { z } from "zod";
import { lockFileIn } from "../config/protected-files.ts";
import { FleetManagerError, messageOf } from "../errors.ts";
import type { AgentSource } from "./agent-source.ts";

/** An agent from elsewhere, as it is written down beside the fleet file. */
export interface InstalledAgent {
  readonly source: AgentSource;
  /** Id of the commit that its files are of; absent for those of a folder. */
  readonly commit?: string;
  /** ISO 8601. */
  readonly installedAt: string;
  /** Its folder, from the fleet file's on. */
  readonly folder: string;
  /** Its own file, from its folder on. */
  readonly file: string;
  /** SHA-256 of every file, by path from its folder on. */
  readonly files: Readonly<Record<string, string>>;
}

/** Every {@link InstalledAgent} of a fleet by name. */
export type InstalledAgents = Readonly<Record<string, InstalledAgent>>;

// Somebody may have edited it: nothing in it leads out of the fleet's folder.
const innerPath = z
  .string()
  .regex(/^(?!\/)(?!(?:.*\/)?\.{0,2}(?:\/|$))[^\\\0]+$/, "must be a path inside of the folder");

const inside = z.string();
const source: z.ZodType<AgentSource> = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("git"),
    url: z.string(),
    ref: z.string().exactOptional(),
    inside,
  }),
  z.strictObject({ type: z.literal("folder"), folder: z.string(), inside }),
]);

const installedAgent: z.ZodType<InstalledAgent> = z.strictObject({
  source,
  commit: z.string().exactOptional(),
  installedAt: z.iso.datetime(),
  folder: innerPath,
  file: innerPath,
  files: z.record(innerPath, z.string().regex(/^[0-9a-f]{64}$/)),
});

const lockFile = z.strictObject({
  version: z.literal(1),
  agents: z.record(z.string(), installedAgent),
});

/**
 * The agents from elsewhere of a fleet in this folder.
 *
 * @throws `CONFIGURATION_ERROR`
 */
export async function readLockFile(dir: string): Promise<InstalledAgents> {
  const file = lockFileIn(dir);
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw unusable(file, messageOf(error));
  });
  if (text === undefined) return {};
  try {
    return lockFile.parse(JSON.parse(text)).agents;
  } catch (error) {
    throw unusable(file, error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error));
  }
}

/** Replaces them as a whole. */
export async function writeLockFile(dir: string, agents: InstalledAgents): Promise<void> {
  const file = lockFileIn(dir);
  const names = Object.keys(agents).toSorted();
  if (names.length === 0) return rm(file, { force: true });
  const sorted = Object.fromEntries(names.map((name) => [name, agents[name]]));
  await writeFileAtomic(file, `${JSON.stringify({ version: 1, agents: sorted }, undefined, 2)}\n`);
}

/**
 * Lets nobody else change the agents of the fleet in this folder until it is disposed.
 *
 * @throws `INVALID_STATE`
 */
export async function holdLockFile(dir: string): Promise<AsyncDisposable> {
  const held = `${lockFileIn(dir)}.held`;
  try {
    await writeFile(held, `${process.pid}\n`, { flag: "wx" });
  } catch (error) {
    throw new FleetManagerError(
      `Agents of ${dir} are being added or removed already (${messageOf(error)}). If that is not so, ` +
        `remove ${held} and try again.`,
      { code: "INVALID_STATE", context: { file: held } },
    );
  }
  return { [Symbol.asyncDispose]: () => rm(held, { force: true }) };
}

function unusable(file: string, reason: string): FleetManagerError {
  return new FleetManagerError(
    `${file} cannot be used: ${reason}. Restore it from your version control.`,
    { code: "CONFIGURATION_ERROR", context: { file } },
  );
}
