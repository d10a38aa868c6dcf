import { readFileSync } from "node:fs";
import { join } from "node:path";

/** How often a container has met its limits. */
export interface LimitCounts {
  /** Processes that the kernel ended for their memory. */
  readonly memory: number;
  /** Processes and threads that could not be started. */
  readonly processes: number;
}

/** Files in which the kernel counts that. */
export interface CounterFiles {
  readonly memory: string;
  readonly processes: string;
}

const root = "/sys/fs/cgroup";

/**
 * The counters of a process's cgroup, from the text of `/proc/<pid>/cgroup`: one line for each
 * controller in the first version of cgroups, one line in all in the second.
 */
export function counterFiles(table: string): CounterFiles | undefined {
  const lines = table.split("\n").map((line) => line.split(":"));
  const pathOf = (controller: string): string | undefined =>
    lines
      .find(([, names = ""]) => names.split(",").includes(controller))
      ?.slice(2)
      .join(":");
  const [memory, pids] = [pathOf("memory"), pathOf("pids")];
  if (memory !== undefined && pids !== undefined) {
    return {
      memory: join(root, "memory", memory, "memory.oom_control"),
      processes: join(root, "pids", pids, "pids.events"),
    };
  }
  const path = lines
    .find(([id, names]) => id === "0" && names === "")
    ?.slice(2)
    .join(":");
  if (path === undefined) return undefined;
  return {
    memory: join(root, path, "memory.events"),
    processes: join(root, path, "pids.events"),
  };
}

/** What they say now; `undefined` once the container is gone. */
export function readCounts(files: CounterFiles): LimitCounts | undefined {
  try {
    // Some microseconds: the kernel has them in memory.
    return {
      memory: countOf("oom_kill", readFileSync(files.memory, "utf8")),
      processes: countOf("max", readFileSync(files.processes, "utf8")),
    };
  } catch {
    return undefined;
  }
}

/** The number after a name, of which there is one a line. */
export function countOf(name: string, counters: string): number {
  const line = counters.split("\n").find((text) => text.startsWith(`${name} `));
  return Number(line?.slice(name.length) ?? 0);
}
