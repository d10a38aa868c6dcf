import { relative } from "node:path";
import type {
  ResolvedAgent,
  ResolvedGate,
  ResolvedHook,
  ResolvedMcpServer,
  ResolvedSchedule,
} from "../config/resolved.ts";

/** Something that an agent from elsewhere would do or get, for a person to allow. */
export interface Demand {
  readonly kind:
    | "runs"
    | "permissions"
    | "commands"
    | "network"
    | "servers"
    | "schedules"
    | "variables"
    | "places"
    | "instructions"
    | "agents";
  readonly text: string;
}

/** What {@link listDemands} looks at. */
export interface DemandFacts {
  /** As it would run in this fleet. */
  readonly agent: ResolvedAgent;
  /** Absolute. */
  readonly folder: string;
  /** Its files, from its folder on. */
  readonly paths: readonly string[];
  /** Names of the variables that it takes from the environment. */
  readonly variables: readonly string[];
}

/** What an agent asks for: an agent from elsewhere is code, and this is what it may do. */
export function listDemands(facts: DemandFacts): readonly Demand[] {
  const { agent, variables } = facts;
  const texts: Readonly<Record<Demand["kind"], readonly string[]>> = {
    runs: [whereItRuns(agent)],
    permissions: permissionsOf(agent),
    commands: commandsOf(agent),
    network: addressesOf(agent),
    servers: Object.entries(agent.mcpServers).map(([name, server]) => describe(name, server)),
    schedules: agent.schedules.map(whenItRuns),
    variables: [
      ...listed("reads of your environment", variables),
      // Some of them decide where Claude Code sends its requests, or what other programs load.
      ...Object.entries(agent.env).map(([name, value]) => `sets ${name}=${value}`),
    ],
    places: placesOf(facts),
    instructions: instructionsOf(facts),
    agents: agent.canTrigger.map((name) => `may trigger ${name}`),
  };
  return Object.entries(texts).flatMap(([kind, list]) =>
    list.map((text) => ({ kind: kind as Demand["kind"], text })),
  );
}

function whereItRuns({ docker, runtime }: ResolvedAgent): string {
  if (!docker?.enabled) return `on this machine, as you (${runtime})`;
  const network = docker.network ?? (docker.egress ? "none" : "bridge");
  return `in a container, network ${network} (${runtime})`;
}

function permissionsOf(agent: ResolvedAgent): readonly string[] {
  const { permissionMode, tools, allowedTools, deniedTools, approvals } = agent;
  const asks = approvals?.tools ?? [];
  return [
    permissionMode === "bypassPermissions"
      ? "every tool, without asking (bypassPermissions)"
      : `mode ${permissionMode}`,
    ...listed("has only the tools", tools),
    ...listed("uses without asking", allowedTools),
    ...listed("never uses", deniedTools),
    ...listed("asks a person before", asks),
  ];
}

function listed(what: string, names: readonly string[] | undefined): readonly string[] {
  return names === undefined || names.length === 0 ? [] : [`${what} ${names.join(", ")}`];
}

function hooksOf({ hooks }: ResolvedAgent): readonly (readonly [string, ResolvedHook])[] {
  const of = (when: string, list: readonly ResolvedHook[]): (readonly [string, ResolvedHook])[] =>
    list.map((hook) => [when, hook]);
  return [
    ...of("before a job", hooks.beforeRun),
    ...of("after a job", hooks.afterRun),
    ...of("after a failed job", hooks.onError),
  ];
}

function gatesOf({ schedules }: ResolvedAgent): readonly (readonly [string, ResolvedGate])[] {
  return schedules.flatMap(({ name, when }) => (when ? [[name, when] as const] : []));
}

function commandsOf(agent: ResolvedAgent): readonly string[] {
  const hooks = hooksOf(agent).flatMap(([when, hook]) => [
    ...(hook.type === "shell" ? [`${when} runs: ${hook.command}`] : []),
    ...(hook.when === undefined ? [] : [`${when} decides by: ${hook.when}`]),
  ]);
  const gates = gatesOf(agent).flatMap(([name, gate]) =>
    gate.type === "command" ? [`before ${name} runs: ${gate.command}`] : [],
  );
  const checks = agent.expect.flatMap((check) =>
    check.type === "command" ? [`to check a job runs: ${check.command}`] : [],
  );
  return [...hooks, ...gates, ...checks];
}

function addressesOf(agent: ResolvedAgent): readonly string[] {
  const hooks = hooksOf(agent).flatMap(([when, hook]) => {
    if (hook.type === "webhook") return [`${when} sends to ${hook.url}`];
    return hook.type === "shell" ? [] : [`${when} writes to ${hook.type} ${hook.channelId}`];
  });
  const gates = gatesOf(agent).flatMap(([name, gate]) =>
    gate.type === "http" ? [`before ${name} looks at ${gate.url}`] : [],
  );
  const work = [agent, ...agent.schedules].flatMap(({ workSource }) =>
    workSource?.type === "github" ? ["takes work from GitHub issues"] : [],
  );
  const chats = Object.keys(agent.chat ?? {}).map((platform) => `talks on ${platform}`);
  return [...hooks, ...gates, ...new Set(work), ...chats];
}

function describe(name: string, server: ResolvedMcpServer): string {
  if (server.type !== "stdio") return `${name}: ${server.url}`;
  return `${name} runs: ${[server.command, ...server.args].join(" ")}`;
}

function whenItRuns({ name, type, expression, enabled }: ResolvedSchedule): string {
  const when = expression === undefined ? type : `${type} ${expression}`;
  return `${name}: ${when}${enabled ? "" : ", switched off"}`;
}

function placesOf({ agent, folder }: DemandFacts): readonly string[] {
  const { workingDirectory, repo, plugins } = agent;
  const isOutside = (path: string): boolean => /^\.\.(?:\/|$)/.test(relative(folder, path));
  const work = [agent, ...agent.schedules].flatMap(({ workSource }) =>
    workSource?.type === "folder" && typeof workSource.path === "string" ? [workSource.path] : [],
  );
  return [
    ...(isOutside(workingDirectory) ? [`works in ${workingDirectory}`] : []),
    ...(repo ? [`clones ${repo.url}`] : []),
    ...plugins.map(({ path }) => `loads the plugin ${path}`),
    ...[...new Set(work)].filter(isOutside).map((path) => `moves files in ${path}`),
  ];
}

// What Claude Code obeys where it works, whoever wrote it: settings have hooks, which are commands.
const obeyed =
  /(?:^|\/)(?:CLAUDE(?:\.local)?\.md|\.mcp\.json|\.claude\/.+|\.claude-plugin\/.+|hooks\/hooks\.json)$/i;

function instructionsOf({ agent, paths }: DemandFacts): readonly string[] {
  const files = paths.filter((path) => obeyed.test(path));
  return [
    ...listed("brings for Claude Code", files),
    ...(agent.settingSources.includes("user") ? ["obeys your own settings of Claude Code"] : []),
  ];
}
