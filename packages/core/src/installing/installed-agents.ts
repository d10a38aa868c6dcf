import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { loadConfig } from "../config/load.ts";
import { createRedactor } from "../redact.ts";
import { type Demand, listDemands } from "./demands.ts";
import { type FileState, fileStates } from "./digest.ts";
import { findInstalled } from "./find-installed.ts";
import { findFleetFolder, type FleetPlace } from "./fleet-place.ts";
import { type InstalledAgent, readLockFile } from "./lock-file.ts";
import { variablesIn } from "./variables.ts";

/** An agent from elsewhere, and how its files are now. */
export interface InstalledAgentInfo extends Omit<InstalledAgent, "files" | "installedAt"> {
  readonly name: string;
  readonly installedAt: Date;
  readonly files: Readonly<Record<string, FileState>>;
}

/** With what it may do today. */
export interface InstalledAgentDetails extends InstalledAgentInfo {
  readonly description?: string;
  /** Absent: the fleet file does not refer to it. */
  readonly demands?: readonly Demand[];
}

/**
 * The agents that {@link addAgent} has added to a fleet, by name.
 *
 * @throws ConfigurationError
 */
export async function listInstalledAgents(
  place: FleetPlace = {},
): Promise<readonly InstalledAgentInfo[]> {
  const dir = await findFleetFolder(place);
  const known = Object.entries(await readLockFile(dir));
  return Promise.all(known.map(([name, installed]) => describeInstalled(dir, name, installed)));
}

/**
 * One of them, with what it asks for as it is now.
 *
 * @throws `AGENT_NOT_FOUND`; ConfigurationError
 */
export async function getInstalledAgent(
  name: string,
  place: FleetPlace = {},
): Promise<InstalledAgentDetails> {
  const dir = await findFleetFolder(place);
  const info = await describeInstalled(dir, name, findInstalled(await readLockFile(dir), name));
  const { agents, secrets } = await loadConfig(place.configPath, place);
  const folder = join(dir, info.folder);
  const file = join(folder, info.file);
  const agent = agents.find(({ configPath }) => configPath === file);
  if (!agent) return info;
  const demands = listDemands({
    agent,
    folder,
    paths: Object.keys(info.files),
    variables: variablesIn(await readFile(file, "utf8")),
  });
  const { description } = agent;
  const shown = { ...(description !== undefined && { description }), demands };
  return { ...info, ...createRedactor(secrets).value(shown) };
}

/** What is written down of an agent, and how its files are now; `dir` is the fleet file's folder. */
export async function describeInstalled(
  dir: string,
  name: string,
  installed: InstalledAgent,
): Promise<InstalledAgentInfo> {
  const files = Object.fromEntries(await fileStates(dir, installed));
  return { name, ...installed, installedAt: new Date(installed.installedAt), files };
}
