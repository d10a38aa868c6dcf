import { isAbsolute, join, resolve } from "node:path";
import type { ComposedAgent } from "./compose.ts";
import { expandHome } from "./find.ts";
import { placeHooks } from "./hook-place.ts";
import { layerOf, placeIn } from "./layer.ts";
import { omit } from "./omit.ts";
import { kindOfRepo } from "./repo-kind.ts";
import type {
  ResolvedAgent,
  ResolvedDocker,
  ResolvedGate,
  ResolvedRepo,
  ResolvedSchedule,
  ResolvedWorkSource,
} from "./resolved.ts";
import type { AgentConfig } from "./schema/agent.ts";
import type { ScheduleConfig } from "./schema/schedule.ts";
import type { WorkingRoot } from "./schema/working-directory.ts";
import { lineOfKey } from "./source-places.ts";
import type { ValuePath } from "./value-path.ts";

/** An agent that is valid. */
export interface ValidAgent extends ComposedAgent {
  readonly config: AgentConfig;
}

/** Sub-fleet names and agent name, joined by dots. */
export function qualify(fleetPath: readonly string[], name: string): string {
  return [...fleetPath, name].join(".");
}

/** Where the agent's prompt files are, by schedule. */
export function promptFilesOf(agent: ValidAgent): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const [name, { promptFile }] of Object.entries(agent.config.schedules)) {
    if (promptFile === undefined) continue;
    files.set(name, absolutePath(agent, ["schedules", name, "prompt_file"], promptFile));
  }
  return files;
}

/**
 * The agent as the rest of the code sees it: paths made absolute against the file that wrote them,
 * older places of a value read, prompts filled in.
 */
export function resolveAgent(
  agent: ValidAgent,
  prompts: ReadonlyMap<string, string>,
): ResolvedAgent {
  const { config, fleetPath, stack } = agent;
  const { session, schedules, docker, workSource } = config;
  const maxTurns = config.maxTurns ?? session.maxTurns;
  const model = config.model ?? session.model;
  return {
    ...omit(config, ["workingDirectory", "repo"]),
    qualifiedName: qualify(fleetPath, config.name),
    fleetPath,
    configPath: stack.own.source.file,
    session: { mode: session.mode, timeout: session.timeout },
    ...resolvePlace(agent),
    ...(maxTurns !== undefined && { maxTurns }),
    ...(model !== undefined && { model }),
    schedules: Object.entries(schedules).map(([name, schedule]) =>
      resolveSchedule({ agent, name, schedule, prompts }),
    ),
    plugins: config.plugins.map((plugin, index) => ({
      ...plugin,
      path: absolutePath(agent, ["plugins", index], plugin.path),
    })),
    ...(docker && { docker: resolveDocker(agent, docker) }),
    ...(docker?.enabled && { hooks: placeHooks(agent, config.hooks) }),
    ...(workSource && { workSource: resolveWorkSource(agent, ["work_source"], workSource) }),
  };
}

function absolutePath(agent: ComposedAgent, written: ValuePath, path: string): string {
  return resolve(layerOf(agent.stack, written).source.dir, expandHome(path));
}

function resolvePlace(agent: ValidAgent): Pick<ResolvedAgent, "workingDirectory" | "repo"> {
  const { config, stack, workingRoot } = agent;
  const own = config.workingDirectory;
  const directory =
    typeof own === "string" ? absolutePath(agent, ["working_directory"], own) : undefined;
  const root: WorkingRoot | undefined =
    typeof own === "object"
      ? { ...own, root: absolutePath(agent, ["working_directory", "root"], own.root) }
      : workingRoot;
  if (config.repo === undefined) {
    const chosen = typeof own === "object" ? root?.root : directory;
    return { workingDirectory: chosen ?? stack.own.source.dir };
  }
  const repo = resolveRepo(agent, config.repo, root);
  const cloned = join(root?.root ?? stack.own.source.dir, repoName(config.repo));
  return { workingDirectory: directory ?? cloned, repo };
}

function resolveRepo(agent: ValidAgent, repo: string, root: WorkingRoot | undefined): ResolvedRepo {
  return {
    url: repoUrl(agent, repo),
    autoClone: root?.autoClone ?? true,
    cloneDepth: root?.cloneDepth ?? 1,
    ...(root?.defaultBranch !== undefined && { defaultBranch: root.defaultBranch }),
  };
}

function repoUrl(agent: ValidAgent, repo: string): string {
  const kind = kindOfRepo(repo);
  if (kind === "name") return `https://github.com/${repo}.git`;
  return kind === "path" ? absolutePath(agent, ["repo"], repo) : repo;
}

function repoName(repo: string): string {
  const last = repo.replace(/\/+$/, "").split(/[/:]/).at(-1) ?? repo;
  return last.replace(/\.git$/, "") || "repo";
}

interface ScheduleRequest {
  readonly agent: ValidAgent;
  readonly name: string;
  readonly schedule: ScheduleConfig;
  readonly prompts: ReadonlyMap<string, string>;
}

function resolveSchedule({ agent, name, schedule, prompts }: ScheduleRequest): ResolvedSchedule {
  const { when, workSource } = schedule;
  const prompt = prompts.get(name) ?? schedule.prompt;
  const { source, path } = placeIn(agent.stack, ["schedules", name]);
  const written = ["schedules", name];
  return {
    ...omit(schedule, ["promptFile"]),
    name,
    source: { file: source.file, line: lineOfKey(source, path) },
    ...(prompt !== undefined && { prompt }),
    ...(when && { when: resolveGate(agent, [...written, "when"], when) }),
    ...(workSource && {
      workSource: resolveWorkSource(agent, [...written, "work_source"], workSource),
    }),
  };
}

function resolveGate(agent: ValidAgent, written: ValuePath, gate: ResolvedGate): ResolvedGate {
  if (gate.type !== "git") return gate;
  return { ...gate, path: absolutePath(agent, [...written, "git"], gate.path) };
}

function resolveWorkSource(
  agent: ValidAgent,
  written: ValuePath,
  workSource: ResolvedWorkSource,
): ResolvedWorkSource {
  if (workSource.type !== "folder") return workSource;
  return { ...workSource, path: absolutePath(agent, [...written, "path"], workSource.path) };
}

function resolveDocker(agent: ValidAgent, docker: ResolvedDocker): ResolvedDocker {
  return {
    ...docker,
    volumes: docker.volumes.map((volume, index) => {
      const [host = "", ...container] = volume.split(":");
      const isPath = isAbsolute(host) || /^[.~]/.test(host);
      // Anything else is the name of a volume that Docker keeps.
      const source = isPath ? absolutePath(agent, ["docker", "volumes", index], host) : host;
      return [source, ...container].join(":");
    }),
  };
}
