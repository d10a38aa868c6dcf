import { stat } from "node:fs/promises";
import { createRedactor } from "../redact.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { composeAgent, composeFleet, type ComposedAgent, type ComposedFleet } from "./compose.ts";
import { crossCheck, resolveCanTrigger } from "./cross-check.ts";
import { fleetKeys } from "./fleet-keys.ts";
import { readEnvironment } from "./environment.ts";
import { type ConfigTarget, findConfig } from "./find.ts";
import type { Environment } from "./interpolate.ts";
import { placeIn } from "./layer.ts";
import { warnNotActive } from "./not-active.ts";
import { ProblemList } from "./problems.ts";
import { readPrompts } from "./prompt-files.ts";
import { SourceReader } from "./reader.ts";
import { resolveAgent, type ValidAgent } from "./resolve.ts";
import type { ResolvedAgent, ResolvedConfig, ResolvedFleet } from "./resolved.ts";
import { type FleetConfig, fleetSchema } from "./schema/fleet.ts";
import { collectSecrets, secretsOf } from "./secrets.ts";
import type { Source } from "./source.ts";
import { TextFiles } from "./text-files.ts";
import { isMapping } from "./value-path.ts";

/** Options of {@link loadConfig}. */
export interface LoadConfigOptions {
  /** Where to search, and what relative paths start from (default: the current folder). */
  readonly cwd?: string;
  /** Environment for `${NAME}` (default: the process's); it wins over `.env`. */
  readonly env?: Environment;
  /** Texts by absolute path, as if they were written already: tries a change before it is made. */
  readonly proposed?: ReadonlyMap<string, string>;
}

/**
 * Loads a fleet: reads every file, fills in the environment, validates, merges and resolves.
 *
 * @param path Fleet file, folder, or one agent file; without it, `herdctl.yaml` is searched upward.
 * @throws {ConfigurationError} (`CONFIGURATION_ERROR`) with every problem of every file.
 */
export async function loadConfig(
  path?: string,
  options: LoadConfigOptions = {},
): Promise<ResolvedConfig> {
  const cwd = options.cwd ?? process.cwd();
  const target = await findConfig(path, cwd);
  const own = options.env ?? process.env;
  const { env, claudeEnv } = await readEnvironment(target.dir, { own, cwd });
  const problems = new ProblemList();
  const reader = new SourceReader(env, problems, new TextFiles(options.proposed));
  const composed = await composeTarget(target, { reader, problems });
  crossCheck(composed.agents, problems);
  warnAboutLayers(composed, reader, problems);
  const agents = await resolveAgents(composed.agents, reader, problems);

  const configPath = target.kind === "file" ? target.file : target.dir;
  const errors = problems.sorted("error");
  if (errors.length > 0) {
    const count = errors.length === 1 ? "1 problem" : `${errors.length} problems`;
    const headline = `The configuration has ${count}.`;
    // A message may quote a value that came out of the environment.
    const shown = createRedactor(secretsOf(reader.uses, env)).value(errors);
    throw new ConfigurationError(headline, { configPath, problems: shown, cwd });
  }
  const fleet = resolveFleet(composed.config ?? fleetSchema.parse({}));
  return {
    fleet,
    agents,
    configPath,
    configDir: target.dir,
    files: [...reader.files].toSorted(),
    warnings: problems.sorted("warning"),
    claudeEnv,
    secrets: collectSecrets({ fleet, agents, claudeEnv }, reader.uses, env),
  };
}

interface LoadContext {
  readonly reader: SourceReader;
  readonly problems: ProblemList;
}

type Composed = Pick<ComposedFleet, "config" | "agents"> & {
  readonly stack?: ComposedFleet["stack"];
};

async function composeTarget(target: ConfigTarget, context: LoadContext): Promise<Composed> {
  if (target.kind === "folder") {
    const sources = await Promise.all(
      target.files.map((file) => context.reader.read(file, undefined)),
    );
    return composeLoose(sources, context);
  }
  const source = await context.reader.read(target.file, undefined);
  if (!source || source.value === undefined) return { config: undefined, agents: [] };
  return isFleet(source) ? await composeFleet(source, context) : composeLoose([source], context);
}

function composeLoose(
  sources: readonly (Source | undefined)[],
  context: LoadContext,
): { config: FleetConfig | undefined; agents: ComposedAgent[] } {
  const agents = sources.flatMap((source) =>
    source?.value === undefined ? [] : [composeAgent(source, context)],
  );
  return { config: undefined, agents };
}

function isFleet({ value, file }: Source): boolean {
  if (isMapping(value) && fleetKeys.some((key) => Object.hasOwn(value, key))) return true;
  if (isMapping(value) && Object.hasOwn(value, "name")) return false;
  return /(?:^|[/\\])herdctl\.ya?ml$/.test(file);
}

function warnAboutLayers({ stack }: Composed, reader: SourceReader, problems: ProblemList): void {
  for (const layer of stack?.layers ?? []) warnNotActive(layer, "fleet", problems);
  for (const layer of reader.agentLayers()) warnNotActive(layer, "agent", problems);
}

async function resolveAgents(
  composed: readonly ComposedAgent[],
  reader: SourceReader,
  problems: ProblemList,
): Promise<readonly ResolvedAgent[]> {
  const valid = composed.filter((agent): agent is ValidAgent => agent.config !== undefined);
  const directories = new Map<string, Promise<boolean>>();
  const agents: ResolvedAgent[] = [];
  const looks: Promise<void>[] = [];
  // One after another: at once, a large fleet would be in memory twice.
  for (const agent of valid) {
    const prompts = await readPrompts(agent, { reader, problems });
    const resolved = resolveAgent(agent, prompts);
    agents.push({ ...resolved, canTrigger: resolveCanTrigger(agent, composed, problems) });
    looks.push(warnMissingDirectory(agent, resolved, { directories, problems }));
  }
  await Promise.all(looks);
  return agents;
}

async function warnMissingDirectory(
  agent: ValidAgent,
  { workingDirectory, repo }: ResolvedAgent,
  { directories, problems }: { directories: Map<string, Promise<boolean>>; problems: ProblemList },
): Promise<void> {
  if (workingDirectory === agent.stack.own.source.dir || repo?.autoClone) return;
  const known = directories.get(workingDirectory) ?? isFolder(workingDirectory);
  directories.set(workingDirectory, known);
  if (await known) return;
  const message = `the working directory ${workingDirectory} does not exist: create it before the agent runs`;
  problems.warning(placeIn(agent.stack, ["working_directory"]), message);
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function resolveFleet(config: FleetConfig): ResolvedFleet {
  const { fleet, concurrency, history, web, webhooks, budget, notify } = config;
  return {
    ...fleet,
    concurrency,
    history,
    web,
    webhooks,
    ...(budget && { budget }),
    ...(notify && { notify }),
  };
}
