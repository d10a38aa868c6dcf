import { describe, expect, it } from "vitest";
import { refuseMount, refuseWorkspace } from "./mount-rules.ts";

const host = { home: "/home/u", stateDir: "/srv/fleet/.herdctl", claudeHome: "/home/u/.claude" };

describe("refuseMount", () => {
  it.each([
    "/",
    "/home",
    "/home/u",
    "/etc",
    "/etc/passwd",
    "/proc/1",
    "/sys",
    "/dev/sda",
    "/run",
    "/run/user/1000",
    "/var",
    "/var/lib",
    "/var/lib/docker/volumes",
    "/srv",
    "/srv/fleet",
    "/srv/fleet/.herdctl",
    "/srv/fleet/.herdctl/jobs",
    "/data/docker.sock",
    "/opt/podman.sock",
  ])("never gives %s away", (source) => {
    expect(refuseMount({ source, readOnly: true }, host)).toBeTypeOf("string");
  });

  it.each([
    ["/home/u/.ssh", false],
    ["/home/u/.aws/credentials", false],
    ["/home/u/.claude", false],
    ["/home/u/.config", false],
    ["/home/u/.ssh", true],
    ["/home/u/.claude/.credentials.json", true],
  ])("gives credentials (%s) to read at most", (source, readOnly) => {
    expect(refuseMount({ source, readOnly }, host) === undefined).toBe(readOnly);
  });

  it.each(["/home/u/project", "/home/user2", "/srv/fleet2", "/data", "/etcetera", "/home/u/.sshd"])(
    "gives %s",
    (source) => {
      expect(refuseMount({ source, readOnly: false }, host)).toBeUndefined();
    },
  );
});

describe("refuseWorkspace", () => {
  it.each([
    ["/home/u/project", true],
    ["/srv/fleet", true],
    ["/home/u", false],
    ["/", false],
    ["/etc/nginx", false],
    ["/srv/fleet/.herdctl/jobs", false],
    ["/home/u/.ssh", false],
    ["/home/u/.aws/sso", false],
    ["/home/u/.config", false],
    ["/home/u/.claude", false],
    ["/home/u/.claude/plugins/mine", true],
    ["/home/u/.config/nvim", true],
  ])("%s may be one: %s", (folder, allowed) => {
    expect(refuseWorkspace(folder, host) === undefined).toBe(allowed);
  });
});
