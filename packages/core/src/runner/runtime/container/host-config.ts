import { DockerProblem } from "./docker-problem.ts";

/** Flag of `docker run` for each field of Docker's HostConfig that cannot open the cage. */
const flags: Readonly<Record<string, string>> = {
  BlkioWeight: "--blkio-weight",
  CpusetCpus: "--cpuset-cpus",
  CpusetMems: "--cpuset-mems",
  Dns: "--dns",
  DnsOptions: "--dns-option",
  DnsSearch: "--dns-search",
  ExtraHosts: "--add-host",
  GroupAdd: "--group-add",
  MemoryReservation: "--memory-reservation",
  MemorySwappiness: "--memory-swappiness",
  OomScoreAdj: "--oom-score-adj",
  PidsLimit: "--pids-limit",
  ReadonlyRootfs: "--read-only",
  Runtime: "--runtime",
  ShmSize: "--shm-size",
  Sysctls: "--sysctl",
  Tmpfs: "--tmpfs",
  Ulimits: "--ulimit",
};

/**
 * `host_config` as arguments of `docker run`: what limits a container or tells it about its network.
 * Everything else has a field of its own, or would open the container.
 */
export function hostConfigFlags(config: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(config).flatMap(([name, value]) => {
    const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
    if (flag === undefined) throw refused(name);
    return wordsOf(name, value).map((word) => `${flag}=${word}`);
  });
}

function refused(name: string): DockerProblem {
  const allowed = Object.keys(flags).join(", ");
  return new DockerProblem(`\`host_config.${name}\` is not taken. Allowed: ${allowed}.`);
}

function wordsOf(name: string, value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map((item) => wordOf(name, item));
  if (!(value instanceof Object)) return [wordOf(name, value)];
  const between = name === "Tmpfs" ? ":" : "=";
  return Object.entries(value).map(([key, item]) => `${key}${between}${wordOf(name, item)}`);
}

function wordOf(name: string, value: unknown): string {
  if (name === "Ulimits" && value instanceof Object) {
    const field = (key: string): string => String(Reflect.get(value, key));
    return `${field("Name")}=${field("Soft")}:${field("Hard")}`;
  }
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return String(value);
  }
  throw new DockerProblem(`\`host_config.${name}\` must be a text, a number or a list of them.`);
}
