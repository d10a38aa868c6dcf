import type { ResolvedAgent, ResolvedDocker } from "../../config/resolved.ts";
import { otherProvider } from "../model-provider.ts";
import { DockerProblem, toConfigurationError } from "./container/docker-problem.ts";
import { hostConfigFlags } from "./container/host-config.ts";
import { defaultImage } from "./image/default-image.ts";

/** How to run an agent's containers, as far as its configuration decides. */
export interface DockerConfig extends Pick<ResolvedDocker, "volumes" | "workspaceMode" | "env"> {
  readonly image: string;
  readonly credentials: "proxy" | "mount" | "env";
  /** The only places on the network that are to be reached, through the proxy. */
  readonly egress?: readonly string[];
  /** A new container for each run. */
  readonly ephemeral: boolean;
  /** `UID` or `UID:GID`; absent: whoever runs herdctl. */
  readonly user?: string;
  /** Arguments of `docker run`, without those that are each container's own. */
  readonly flags: readonly string[];
}

/** What else decides how an agent's containers can be had. */
export interface EngineFacts {
  readonly platform: NodeJS.Platform;
  /** Environment of the `docker` command: says which engine. */
  readonly client: Readonly<Record<string, string | undefined>>;
  /** What herdctl itself was given: says who provides the model. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Those of this process, for a herdctl that was given `env`. */
export function engineFacts(env: EngineFacts["env"] = process.env): EngineFacts {
  return { platform: process.platform, client: process.env, env };
}

/**
 * The `docker` block of an agent as arguments of `docker run`. The cage is always there: no
 * capabilities, no way to new privileges, a limit on memory and on processes.
 *
 * @throws {FleetManagerError} `CONFIGURATION_ERROR` for what cannot be had together or not at all.
 */
export function resolveDockerConfig(
  agent: Pick<ResolvedAgent, "qualifiedName" | "configPath" | "env"> & {
    readonly docker: ResolvedDocker;
  },
  facts: EngineFacts,
): DockerConfig {
  const { docker } = agent;
  try {
    checkCombination(docker);
    const { egress } = docker;
    return {
      image: docker.image ?? defaultImage,
      credentials: credentialsOf(agent, facts),
      ...(egress && { egress: egress.allow }),
      volumes: docker.volumes,
      workspaceMode: docker.workspaceMode,
      env: docker.env,
      ephemeral: docker.ephemeral,
      ...(docker.user !== undefined && { user: docker.user }),
      flags: [
        ...cage,
        ...limitFlags(docker),
        `--network=${networkOf(docker)}`,
        ...docker.ports.map((port) => `--publish=${port}`),
        ...folderFlags(docker),
        ...Object.entries(docker.labels).map(([name, value]) => `--label=${name}=${value}`),
        // Last, because the last one wins.
        ...hostConfigFlags(docker.hostConfig ?? {}),
      ],
    };
  } catch (error) {
    throw error instanceof DockerProblem ? toConfigurationError(agent, error) : error;
  }
}

const cage: readonly string[] = [
  "--init",
  "--pull=never",
  "--log-driver=none",
  "--cap-drop=ALL",
  "--security-opt=no-new-privileges",
];

/** Without a proxy where there can be one, the key is there for every agent to read. */
function credentialsOf(
  agent: Pick<ResolvedAgent, "env"> & { readonly docker: ResolvedDocker },
  facts: EngineFacts,
): DockerConfig["credentials"] {
  const { credentials, egress, env } = agent.docker;
  const obstacle = proxyObstacle({ ...facts, env: { ...facts.env, ...agent.env, ...env } });
  if (egress && credentials !== undefined && credentials !== "proxy") {
    throw new DockerProblem(
      `\`egress\` is what the credential proxy lets through: it cannot be had with \`credentials: ${credentials}\`.`,
    );
  }
  if (obstacle === undefined) return credentials ?? "proxy";
  if (credentials !== "proxy" && !egress) return credentials ?? "env";
  const wanted = egress ? "egress" : "credentials: proxy";
  throw new DockerProblem(`\`${wanted}\` cannot be had: ${obstacle}.`);
}

/** Why no container can have a proxy; `undefined` where it can. */
function proxyObstacle({ platform, client, env }: EngineFacts): string | undefined {
  if (platform !== "linux") return "containers reach a proxy of the host only on Linux";
  const { DOCKER_HOST: engine = "", DOCKER_CONTEXT: context = "" } = client;
  if (engine !== "" && !engine.startsWith("unix://")) {
    return `the Docker engine is on another machine (DOCKER_HOST is ${engine})`;
  }
  if (engine === "" && context !== "" && context !== "default") {
    return `the Docker engine may be on another machine (DOCKER_CONTEXT is ${context})`;
  }
  const provider = otherProvider(env);
  return provider && `the models are somebody else's than the Anthropic API's (${provider})`;
}

function networkOf({ network, egress }: ResolvedDocker): string {
  return network ?? (egress ? "none" : "bridge");
}

function checkCombination(docker: ResolvedDocker): void {
  const { cpus, cpuPeriod, cpuQuota, ports, network, egress } = docker;
  if (egress && network !== undefined && network !== "none") {
    throw new DockerProblem(
      `with \`network: ${network}\` a container reaches more than \`egress\` allows; remove \`network\`.`,
    );
  }
  if (egress && ports.length > 0) {
    throw new DockerProblem(
      "with `egress` a container has no network to publish `ports` of; remove one.",
    );
  }
  if (cpus !== undefined && (cpuPeriod !== undefined || cpuQuota !== undefined)) {
    throw new DockerProblem(
      "`cpus` says the same as `cpu_period` and `cpu_quota`; keep one of them.",
    );
  }
  if (ports.length > 0 && networkOf(docker) !== "bridge") {
    throw new DockerProblem(`\`ports\` need \`network: bridge\`, not \`${network}\`.`);
  }
}

function limitFlags(docker: ResolvedDocker): readonly string[] {
  const { memory, cpus, cpuShares, cpuPeriod, cpuQuota, pidsLimit } = docker;
  return [
    `--memory=${memory}`,
    // Equal to the memory: no swap.
    `--memory-swap=${memory}`,
    `--pids-limit=${pidsLimit}`,
    ...optional("--cpus", cpus),
    ...optional("--cpu-shares", cpuShares),
    ...optional("--cpu-period", cpuPeriod),
    ...optional("--cpu-quota", cpuQuota),
  ];
}

/** What is in memory counts as the container's memory: each folder has a size. */
export const inMemory = "rw,nosuid,nodev,mode=1777";

function folderFlags({ readOnly, tmpfs }: ResolvedDocker): readonly string[] {
  return [
    ...(readOnly ? ["--read-only", `--tmpfs=/tmp:${inMemory},size=256m`] : []),
    ...tmpfs.map((folder) => `--tmpfs=${withSize(folder)}`),
  ];
}

/** `HOME` in a container. */
export const containerHome = "/home/agent";
/** `CLAUDE_CONFIG_DIR` in a container. */
export const containerClaudeHome = "/claude";

function withSize(folder: string): string {
  const [path = folder, options] = folder.split(":", 2);
  if (options === undefined) return `${path}:${inMemory},size=64m`;
  return options.includes("size=") ? folder : `${folder},size=64m`;
}

function optional(name: string, value: number | undefined): readonly string[] {
  return value === undefined ? [] : [`${name}=${value}`];
}
