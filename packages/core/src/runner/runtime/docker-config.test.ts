import { describe, expect, it } from "vitest";
import { plainAgent, plainDocker } from "../../../test/plain-agent.ts";
import type { ResolvedDocker } from "../../config/resolved.ts";
import { type EngineFacts, resolveDockerConfig } from "./docker-config.ts";

const here: EngineFacts = { platform: "linux", client: {}, env: {} };

const resolveWith = (changes: Partial<ResolvedDocker>, facts: Partial<EngineFacts> = {}) =>
  resolveDockerConfig(
    { ...plainAgent, docker: { ...plainDocker, ...changes } },
    { ...here, ...facts },
  );

const egress = { allow: ["example.com"] };

describe("resolveDockerConfig", () => {
  it("builds the cage without being asked", () => {
    const { flags, ...rest } = resolveWith({});
    expect(flags.join(" ")).toBe(
      "--init --pull=never --log-driver=none --cap-drop=ALL --security-opt=no-new-privileges " +
        "--memory=2g --memory-swap=2g --pids-limit=512 --network=bridge",
    );
    expect(rest).toEqual({
      image: "herdctl/agent:latest",
      credentials: "proxy",
      volumes: [],
      workspaceMode: "rw",
      ephemeral: true,
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
    [{ egress, network: "bridge" }, /`network: bridge` a container reaches more/],
    [{ egress, network: "host" }, /`network: host` a container reaches more/],
    [{ egress, ports: ["80"] }, /no network to publish `ports` of/],
    [{ egress, credentials: "env" }, /cannot be had with `credentials: env`/],
    [{ egress, credentials: "mount" }, /cannot be had with `credentials: mount`/],
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

describe("the way to the model and to the network", () => {
  it.each<[Partial<ResolvedDocker>, Partial<EngineFacts>, string]>([
    [{}, {}, "proxy"],
    [{}, { client: { DOCKER_HOST: "unix:///run/user/1000/docker.sock" } }, "proxy"],
    [{}, { client: { DOCKER_CONTEXT: "default" } }, "proxy"],
    [{}, { env: { CLAUDE_CODE_USE_BEDROCK: "0", CLAUDE_CODE_USE_VERTEX: "" } }, "proxy"],
    [{}, { platform: "darwin" }, "env"],
    [{}, { client: { DOCKER_HOST: "ssh://far" } }, "env"],
    [{}, { client: { DOCKER_CONTEXT: "far" } }, "env"],
    [{}, { env: { CLAUDE_CODE_USE_BEDROCK: "1" } }, "env"],
    [{ env: { CLAUDE_CODE_USE_FOUNDRY: "true" } }, {}, "env"],
    [{ credentials: "env" }, {}, "env"],
    [{ credentials: "mount" }, {}, "mount"],
    [{ credentials: "mount" }, { platform: "darwin" }, "mount"],
  ])("of %o on a machine of %o is by %s", (changes, facts, credentials) => {
    expect(resolveWith(changes, facts).credentials).toBe(credentials);
  });

  it("is the proxy alone with egress", () => {
    const { flags, ...rest } = resolveWith({ egress });
    expect(flags).toContain("--network=none");
    expect(rest).toMatchObject({ credentials: "proxy", egress: ["example.com"] });
    expect(resolveWith({ egress, network: "none" }).flags).toContain("--network=none");
  });

  it.each<[Partial<ResolvedDocker>, Partial<EngineFacts>, RegExp]>([
    [{ credentials: "proxy" }, { platform: "darwin" }, /`credentials: proxy`.*only on Linux/],
    [
      { credentials: "proxy" },
      { client: { DOCKER_HOST: "tcp://far:1" } },
      /another machine \(DOCKER_HOST is tcp:\/\/far:1\)/,
    ],
    [{ credentials: "proxy" }, { client: { DOCKER_CONTEXT: "far" } }, /DOCKER_CONTEXT is far/],
    [
      { credentials: "proxy" },
      { env: { CLAUDE_CODE_USE_VERTEX: "1" } },
      /somebody else's.*CLAUDE_CODE_USE_VERTEX/,
    ],
    [{ egress }, { platform: "darwin" }, /`egress` cannot be had/],
  ])("%o cannot be had on a machine of %o", (changes, facts, message) => {
    expect(() => resolveWith(changes, facts)).toThrow(message);
  });
});
