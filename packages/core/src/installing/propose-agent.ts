import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { addAgentReference } from "../config/edit.ts";
import { loadConfig } from "../config/load.ts";
import type { ResolvedAgent, ResolvedConfig } from "../config/resolved.ts";
import { FleetManagerError } from "../errors.ts";
import { type FleetFile, type FleetPlace, openFleetFile } from "./fleet-place.ts";
import { readLockFile } from "./lock-file.ts";
import type { AgentFile } from "./source-entry.ts";
import { sourceError } from "./source-error.ts";

/** An agent that is not in the fleet yet. */
export interface NewAgent {
  readonly name: string;
  /** Its name where it comes from, when that is another. */
  readonly ownName?: string;
  /** Its own file, from its folder on. */
  readonly file: string;
  readonly files: readonly AgentFile[];
}

/** The fleet with one more agent, as it would be. */
export interface Proposal {
  readonly fleet: FleetFile;
  /** From the fleet file's folder on. */
  readonly folder: string;
  /** Texts of the fleet file. */
  readonly before: string;
  readonly after: string;
  readonly agent: ResolvedAgent;
  readonly config: ResolvedConfig;
}

/**
 * Loads the whole configuration as it would be with one more agent, which is not written anywhere.
 *
 * @throws ConfigurationError when it would not be valid; `INVALID_STATE` when the name is taken
 */
export async function proposeAgent(wanted: NewAgent, place: FleetPlace): Promise<Proposal> {
  const fleet = await openFleetFile(place);
  const folder = `agents/${wanted.name}`;
  await checkFree(wanted.name, { fleet, folder });
  const before = await readFile(fleet.file, "utf8");
  const root = join(fleet.dir, folder);
  const files = wanted.files.map(({ path, content }): [string, string] => [
    join(root, path),
    content.toString("utf8"),
  ]);
  const tryWith = async (text: string): Promise<ResolvedConfig> =>
    loadConfig(fleet.file, { ...place, proposed: new Map([...files, [fleet.file, text]]) });

  const file = join(root, wanted.file);
  // A pattern of the fleet file may refer to it as it is.
  let after = before;
  let config = await tryWith(after);
  if (find(config, file) === undefined) {
    after = addAgentReference(before, {
      path: `${folder}/${wanted.file}`,
      ...(wanted.ownName !== undefined && { overrides: { name: wanted.name } }),
    });
    config = await tryWith(after);
  }
  const agent = find(config, file);
  if (
    agent?.qualifiedName !== wanted.name ||
    config.agents.length !== fleet.config.agents.length + 1
  ) {
    throw sourceError(unexpected(wanted.name));
  }
  return { fleet, folder, before, after, agent, config };
}

function find({ agents }: ResolvedConfig, file: string): ResolvedAgent | undefined {
  return agents.find(({ configPath }) => configPath === file);
}

async function checkFree(
  name: string,
  { fleet, folder }: { readonly fleet: FleetFile; readonly folder: string },
): Promise<void> {
  const isInFleet = fleet.config.agents.some(({ qualifiedName }) => qualifiedName === name);
  const isInstalled = Object.hasOwn(await readLockFile(fleet.dir), name);
  if (!isInFleet && !isInstalled && !(await exists(join(fleet.dir, folder)))) return;
  const [what, remedy] = isInstalled
    ? [`The agent "${name}" was added already`, `remove it with \`herdctl agent remove ${name}\``]
    : isInFleet
      ? [`The fleet has an agent "${name}" already`, "give this one another name with --name"]
      : [
          `The folder ${folder} exists already`,
          "remove it, or give the agent another name with --name",
        ];
  throw new FleetManagerError(`${what}: ${remedy}. Nothing was changed.`, {
    code: "INVALID_STATE",
    context: { agentName: name },
  });
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function unexpected(name: string): string {
  return (
    `A pattern in the fleet file's "agents" would take more than the agent "${name}" from these files, ` +
    "or take it by another name. Refer to agent files one by one."
  );
}
