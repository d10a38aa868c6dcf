import { describe, expect, it } from "vitest";
import { plainAgent, plainDocker } from "../../../test/plain-agent.ts";
import type { ResolvedDocker } from "../../config/resolved.ts";
import { resolveDockerConfig } from "./docker-config.ts";

const resolveWith = (changes: Partial<ResolvedDocker>) =>
  resolveDockerConfig({ ...plainAgent, docker: { ...plainDocker, ...changes } });

describe("resolveDockerConfig", () => {
  it("builds the cage without being asked", () => {
    const { flags, ...rest } = resolveWith({});
    expect(flags.join(" ")).toBe(
      "--init --pull=never --log-driver=none --cap-drop=ALL --security-opt=no-new-privileges " +
        "--memory=2g --memory-swap=2g --pids-limit=512 --network=bridge " +
        "--tmpfs=/home/agent:rw,nosuid,nodev,mode=1777,exec,size=256m " +
        "--tmpfs=/claude:rw,nosuid,nodev,mode=1777,size=64m",
    );
    expect(rest).toEqual({
      image: "herdctl/agent:latest",
      credentials: "env",
      volumes: [],
      workspaceMode: "rw",
      env: {},
    });
  });

  it.each<[Partial<ResolvedDocker>, string]>([
    [{ memory: "1.5g" }, "--memory=1.5g --memory-swap=1.5g"],
    [{ cpus: 1.5 }, "--cpus=1.5"],
    [{ cpuShares: 512 }, "--cpu-shares=512"],
    [{ cpuPeriod: 50_000, cpuQuota: 25_000 }, "--cpu-period=50000 --cpu-quota=25000"],
    [{ pidsLimit: 64 }, "--pids-limit=64"],
    [{ network: "none" }, "--network=none"],
    [{ ports: ["8080:80", "443"] }, "--publish=8080:80 --publish=443"],
    [{ readOnly: true }, "--read-only --tmpfs=/tmp:rw,nosuid,nodev,mode=1777,size=256m"],
    [{ tmpfs: ["/cache"] }, "--tmpfs=/cache:rw,nosuid,nodev,mode=1777,size=64m"],
    [{ tmpfs: ["/cache:rw,exec"] }, "--tmpfs=/cache:rw,exec,size=64m"],
    [{ tmpfs: ["/cache:size=1g"] }, "--tmpfs=/cache:size=1g"],
    [{ labels: { team: "a b", tier: "" } }, "--label=team=a b --label=tier="],
    [
      { hostConfig: { ShmSize: 1_048_576, Dns: ["1.1.1.1", "9.9.9.9"] } },
      "--shm-size=1048576 --dns=1.1.1.1 --dns=9.9.9.9",
    ],
    [{ hostConfig: { Sysctls: { "net.core.somaxconn": 10 } } }, "--sysctl=net.core.somaxconn=10"],
    [{ hostConfig: { Tmpfs: { "/a": "size=1m" } } }, "--tmpfs=/a:size=1m"],
    [{ hostConfig: { Ulimits: [{ Name: "nofile", Soft: 1, Hard: 2 }] } }, "--ulimit=nofile=1:2"],
  ])("turns %o into %s", (changes, flags) => {
    expect(` ${resolveWith(changes).flags.join(" ")} `).toContain(` ${flags} `);
  });

  it("lets host_config win", () => {
    const { flags } = resolveWith({ pidsLimit: 64, hostConfig: { PidsLimit: 128 } });
    expect(flags.at(-1)).toBe("--pids-limit=128");
  });

  it.each<[Partial<ResolvedDocker>, RegExp]>([
    [{ credentials: "proxy" }, /no credential proxy/],
    [{ egress: { allow: ["npmjs.org"] } }, /`egress` needs/],
    [{ ephemeral: false }, /a new container for each job/],
    [{ cpus: 1, cpuQuota: 1_000 }, /keep one of them/],
    [{ network: "none", ports: ["80"] }, /`network: bridge`, not `none`/],
    [
      { hostConfig: { Privileged: true } },
      /`host_config.Privileged` is not taken. Allowed: .*ShmSize/,
    ],
    [{ hostConfig: { Binds: ["/:/host"] } }, /`host_config.Binds` is not taken/],
    [{ hostConfig: { CapAdd: ["SYS_ADMIN"] } }, /`host_config.CapAdd` is not taken/],
    [{ hostConfig: { constructor: 1 } }, /`host_config.constructor` is not taken/],
    [{ hostConfig: { Dns: [{}] } }, /`host_config.Dns` must be/],
  ])("refuses %o", (changes, message) => {
    expect(() => resolveWith(changes)).toThrow(
      expect.objectContaining({
        code: "CONFIGURATION_ERROR",
        message: expect.stringMatching(message),
      }),
    );
  });
});
