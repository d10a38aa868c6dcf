import type { Check } from "./check.ts";

/** What `docker info` says, as far as it matters; an engine may leave anything out. */
export interface EngineInfo {
  readonly ServerVersion?: string;
  readonly ServerErrors?: readonly string[];
  /** Its folder, on its machine. */
  readonly DockerRootDir?: string;
  readonly CgroupVersion?: string;
  readonly MemoryLimit?: boolean;
  readonly SwapLimit?: boolean;
  readonly PidsLimit?: boolean;
  readonly CpuCfsQuota?: boolean;
  readonly SecurityOptions?: readonly string[];
  readonly ClientInfo?: { readonly Context?: string };
}

/** The context by which the client finds its engine, to be added to a message; nothing for the default one. */
export function sayContext({ ClientInfo }: EngineInfo): string {
  const context = ClientInfo?.Context ?? "default";
  return context === "default" ? "" : ` (Docker context ${context})`;
}

/** Says what of a cage this engine cannot give. */
export function judgeEngine(info: EngineInfo): readonly Check[] {
  const checks = [checkLimits(info), ...checkUsers(info)].filter((check) => check !== undefined);
  if (checks.length > 0) return checks;
  const engine = info.ServerVersion ?? "answers";
  return [{ name: "docker", status: "ok", message: `engine ${engine}${sayContext(info)}` }];
}

const limits: Readonly<Record<string, keyof EngineInfo>> = {
  "`memory`": "MemoryLimit",
  "`memory` (swap)": "SwapLimit",
  "`pids_limit`": "PidsLimit",
  "`cpus`": "CpuCfsQuota",
};

function checkLimits(info: EngineInfo): Check | undefined {
  const names = Object.entries(limits)
    .filter(([, field]) => info[field] === false)
    .map(([name]) => name);
  if (names.length === 0) return undefined;
  return {
    name: "docker",
    status: "warning",
    message: `the engine does not enforce ${names.join(", ")}`,
    remedy: `Enable these controllers of cgroups (version ${info.CgroupVersion ?? "unknown"} here) for it; rootless engines need version 2 and systemd.`,
  };
}

/** Who a container's user is on the host, where that is not the same one. */
function checkUsers({ SecurityOptions = [] }: EngineInfo): readonly Check[] {
  const has = (name: string): boolean =>
    SecurityOptions.some((option) => new RegExp(`(?:^|=)${name}(?:,|$)`).test(option));
  const hint = (message: string, remedy: string): Check => ({
    name: "docker",
    status: "warning",
    message,
    remedy,
  });
  return [
    ...(has("rootless")
      ? [
          hint(
            "the engine is rootless: in its containers, root is you and you are somebody else",
            'Set `docker: {user: "0:0"}` in the defaults of the fleet file, so that agents may write in their workspaces.',
          ),
        ]
      : []),
    ...(has("userns")
      ? [
          hint(
            "the engine maps users: nobody in a container is you",
            "Run the engine without userns-remap, or let the mapped users write in the workspaces.",
          ),
        ]
      : []),
    ...(has("selinux")
      ? [
          hint(
            "the engine uses SELinux: workspaces need a label before containers may use them",
            "Give each of them one: `chcon -R -t container_file_t <folder>`.",
          ),
        ]
      : []),
  ];
}
