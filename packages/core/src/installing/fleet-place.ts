import { findConfig } from "../config/find.ts";
import { loadConfig } from "../config/load.ts";
import type { ResolvedConfig } from "../config/resolved.ts";
import { FleetManagerError } from "../errors.ts";

/** The fleet that agents are added to and removed from. */
export interface FleetPlace {
  /** Fleet file or its folder; without it, `herdctl.yaml` is searched upward. */
  readonly configPath?: string;
  /** Default: the current folder. */
  readonly cwd?: string;
  /** Default: the process's own. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** A fleet file, and what it says. */
export interface FleetFile {
  readonly file: string;
  readonly dir: string;
  readonly config: ResolvedConfig;
}

/**
 * The fleet file of a place. Without one, agent files are trusted as the operator's own: no place for
 * others.
 *
 * @throws ConfigurationError; `INVALID_STATE` where there is no fleet file
 */
export async function openFleetFile({ configPath, ...place }: FleetPlace): Promise<FleetFile> {
  const config = await loadConfig(configPath, place);
  const { configPath: file, configDir: dir } = config;
  const isAgentFile = config.agents.some((agent) => agent.configPath === file);
  if (file !== dir && !isAgentFile) return { file, dir, config };
  throw new FleetManagerError(
    `${file} has no fleet file, and without one every agent file is trusted like your own. Write one ` +
      "with `herdctl init`, or name it with --config.",
    { code: "INVALID_STATE", context: { configPath: file } },
  );
}

/** The folder of the fleet file, whether or not that is valid. */
export async function findFleetFolder({ configPath, cwd }: FleetPlace): Promise<string> {
  return (await findConfig(configPath, cwd ?? process.cwd())).dir;
}
