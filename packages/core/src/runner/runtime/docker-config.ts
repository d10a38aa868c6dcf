import type { ResolvedAgent, ResolvedDocker } from "../../config/resolved.ts";
import { DockerProblem, toConfigurationError } from "./container/docker-problem.ts";
import { hostConfigFlags } from "./container/host-config.ts";
import { defaultImage } from "./image/default-image.ts";

/** How to run an agent's containers, as far as its configuration decides. */
export interface DockerConfig extends Pick<ResolvedDocker, "volumes" | "workspaceMode" | "env"> {
  readonly image: string;
  readonly credentials: "mount" | "env";
  /** `UID` or `UID:GID`; absent: whoever runs herdctl. */
  readonly user?: string;
  /** Arguments of `docker run`, without those that are each container's own. */
  readonly flags: readonly string[];
}

const defaultPids = 512;

/**
 * The `docker` block of an agent as arguments of `docker run`. The cage is always there: no
 * capabilities, no way to new privileges, a limit on memory and on processes.
 *
 * @throws {FleetManagerError} `CONFIGURATION_ERROR` for what cannot be had together or not at all.
 */
export function resolveDockerConfig(
  agent: Pick<ResolvedAgent, "qualifiedName" | "configPath"> & { readonly docker: ResolvedDocker },
): DockerConfig {
  const { docker } = agent;
  try {
    checkCombination(docker);
    return {
      image: docker.image ?? defaultImage,
      credentials: docker.credentials === "mount" ? "mount" : "env",
      volumes: docker.volumes,
      workspaceMode: docker.workspaceMode,
      env: docker.env,
      ...(docker.user !== undefined && { user: docker.user }),
      flags: [
        ...cage,
        ...limitFlags(docker),
        `--network=${docker.network}`,
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

function checkCombination(docker: ResolvedDocker): void {
  const { cpus, cpuPeriod, cpuQuota, ports, network } = docker;
  if (docker.credentials === "proxy") {
    throw new DockerProblem(
      "this version has no credential proxy; use `credentials: env` or `mount`.",
    );
  }
  if (docker.egress)
    throw new DockerProblem("`egress` needs the credential proxy, which is to come.");
  if (!docker.ephemeral) {
    throw new DockerProblem(
      "this version makes a new container for each job; remove `ephemeral: false`.",
    );
  }
  if (cpus !== undefined && (cpuPeriod !== undefined || cpuQuota !== undefined)) {
    throw new DockerProblem(
      "`cpus` says the same as `cpu_period` and `cpu_quota`; keep one of them.",
    );
  }
  if (ports.length > 0 && network !== "bridge") {
    throw new DockerProblem(`\`ports\` need \`network: bridge\`, not \`${network}\`.`);
  }
}

function limitFlags(docker: ResolvedDocker): readonly string[] {
  const { memory, cpus, cpuShares, cpuPeriod, cpuQuota, pidsLimit = defaultPids } = docker;
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
const inMemory = "rw,nosuid,nodev,mode=1777";

function folderFlags({ readOnly, tmpfs }: ResolvedDocker): readonly string[] {
  return [
    ...(readOnly ? ["--read-only", `--tmpfs=/tmp:${inMemory},size=256m`] : []),
    `--tmpfs=${containerHome}:${inMemory},exec,size=256m`,
    `--tmpfs=${containerClaudeHome}:${inMemory},size=64m`,
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
