import type { ComposedAgent } from "./compose.ts";
import { bytesOf } from "./memory-amount.ts";
import { merge } from "./merge.ts";
import { reachesOutside } from "./reach.ts";
import { dockerDefaults } from "./schema/docker.ts";
import { isMapping, type Mapping, valueAt, type ValuePath } from "./value-path.ts";

/** Something an agent file may not say about its own container. */
export interface TrustProblem {
  readonly path: ValuePath;
  readonly message: string;
}

const remedy = 'only "defaults" or "overrides" of the fleet file may';

// Each of these can open a way out of the container.
const fleetOnly = [
  "image",
  "network",
  "volumes",
  "user",
  "ports",
  "env",
  "credentials",
  "egress",
  "labels",
  "host_config",
];

const limits = ["memory", "cpus", "cpu_shares", "cpu_quota", "pids_limit", "max_containers"];

// The engine's own. The period is in microseconds: a quota is a share of it.
const defaultCpuPeriod = 100_000;
const defaultCpuShares = 1_024;

/**
 * What an agent file says that would widen its own container beyond what the fleet file allows.
 * An agent that no fleet refers to is the operator's own: it is trusted.
 */
export function findTrustProblems(agent: ComposedAgent): readonly TrustProblem[] {
  const docker = valueAt(agent.stack.own.value, ["docker"]);
  if (!agent.reference) return [];
  const problems = isMapping(docker) ? dockerProblems(docker, fleetDocker(agent)) : [];
  if (!agent.config?.docker?.enabled) return problems;
  return [...problems, ...reachProblems(agent), ...modelProblems(agent)];
}

/** The `docker` block that the fleet's layers make, and what it leaves unsaid. */
interface FleetDocker {
  readonly said: Mapping;
  /** Empty where the container is the agent file's own idea: any limit tightens. */
  readonly unsaid: Mapping;
}

function fleetDocker({ stack }: ComposedAgent): FleetDocker {
  const below = stack.layers.slice(0, stack.layers.indexOf(stack.own));
  const docker = below.map((layer) => valueAt(layer.value, ["docker"])).reduce(merge, undefined);
  const said = isMapping(docker) ? docker : {};
  const isFleets = isOn(said["enabled"]);
  return { said, unsaid: isFleets ? { ...dockerDefaults, cpu_shares: defaultCpuShares } : {} };
}

function dockerProblems(docker: Mapping, fleet: FleetDocker): TrustProblem[] {
  return Object.keys(docker).flatMap((key) => {
    const deed = fleetOnly.includes(key) ? `set docker.${key}` : loosening(key, docker[key], fleet);
    const message = `an agent file may not ${deed}: ${remedy}`;
    return deed === undefined ? [] : [{ path: ["docker", key], message }];
  });
}

function loosening(key: string, own: unknown, { said, unsaid }: FleetDocker): string | undefined {
  const fleet = said[key];
  const isSwitchedOff = isOff(own) && isOn(fleet);
  if (key === "enabled" && isSwitchedOff) return "switch off docker.enabled";
  if (key === "read_only" && isSwitchedOff) return "switch off docker.read_only";
  if (key === "workspace_mode" && own === "rw" && fleet === "ro") {
    return "make docker.workspace_mode writable";
  }
  if (key === "cpu_period" && amount(own) < amount(fleet ?? defaultCpuPeriod)) {
    return "shorten docker.cpu_period";
  }
  const most = fleet ?? unsaid[key];
  if (!limits.includes(key) || !(amount(own) > amount(most))) return undefined;
  const note = fleet === undefined ? " (the default)" : "";
  return `raise docker.${key} above the fleet's ${String(most)}${note} to ${String(own)}`;
}

// What comes out of a variable is still text here.
function isOn(value: unknown): boolean {
  return String(value) === "true";
}

function isOff(value: unknown): boolean {
  return String(value) === "false";
}

function amount(value: unknown): number {
  return typeof value === "number" ? value : bytesOf(String(value));
}

/** What would have the key of the host sent elsewhere, or leave it without a proxy. */
const aboutTheModel = /^(?:ANTHROPIC_(?:\w+_)?BASE_URL|CLAUDE_CODE_USE_\w+)$/;

/** What signs requests to the model. */
const keys = new Set([
  "ANTHROPIC_API_KEY",
  "ANTHROPIC_AUTH_TOKEN",
  "ANTHROPIC_CUSTOM_HEADERS",
  "CLAUDE_CODE_OAUTH_TOKEN",
]);

function modelProblems(agent: ComposedAgent): readonly TrustProblem[] {
  const credentials = agent.config?.docker?.credentials ?? "proxy";
  return credentials === "proxy" ? [...keyProblems(agent), ...routeProblems(agent)] : [];
}

function keyProblems({ stack }: ComposedAgent): readonly TrustProblem[] {
  // By these names, the proxy gets it.
  const isForProxy = ([field, name]: ValuePath): boolean => field === "env" && keys.has(`${name}`);
  return stack.own.source.uses
    .filter(({ name, path }) => keys.has(name) && !isForProxy(path))
    .map(({ name, path }) => ({
      path,
      message: `an agent file may not give its container ${name}, which stays with its proxy: ${remedy}`,
    }));
}

function routeProblems({ stack }: ComposedAgent): readonly TrustProblem[] {
  const env = valueAt(stack.own.value, ["env"]);
  if (!isMapping(env)) return [];
  return Object.keys(env)
    .filter((name) => aboutTheModel.test(name))
    .map((name) => ({
      path: ["env", name],
      message: `an agent file may not say where its container's requests to the model go: ${remedy}`,
    }));
}

function reachProblems(agent: ComposedAgent): readonly TrustProblem[] {
  return reachesOutside(agent).map(({ path, deed }) => {
    return { path, message: `an agent file may not ${deed} outside its own folder: ${remedy}` };
  });
}
