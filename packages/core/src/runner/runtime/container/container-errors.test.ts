import { describe, expect, it } from "vitest";
import { toContainerError } from "./container-errors.ts";

const image = "team/agent:1";
const run = "\nRun 'docker run --help' for more information";

describe("toContainerError", () => {
  it.each([
    [127, "sh: 1: exec: docker: not found", "CONTAINER_ENGINE", /Install Docker/],
    [
      125,
      "docker: permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock",
      "CONTAINER_ENGINE",
      /`docker` group/,
    ],
    [
      125,
      `docker: Cannot connect to the Docker daemon at unix:///x.sock. Is the docker daemon running?${run}`,
      "CONTAINER_ENGINE",
      /Start it/,
    ],
    [
      125,
      "docker: Error response from daemon: No such image: team/agent:1",
      "CONTAINER_ERROR",
      /docker build --tag team\/agent:1/,
    ],
    [
      127,
      `docker: Error response from daemon: failed to create task: exec: "claude": executable file not found in $PATH: unknown`,
      "CONTAINER_ERROR",
      /team\/agent:1 has no `claude`/,
    ],
    [
      127,
      "[FATAL tini (7)] exec claude failed: No such file or directory",
      "CONTAINER_ERROR",
      /has no `claude`/,
    ],
    [
      125,
      "docker: Error response from daemon: network lan not found.",
      "CONTAINER_ERROR",
      /no network lan/,
    ],
    [
      125,
      "docker: Error response from daemon: driver failed: Bind for 0.0.0.0:80 failed: port is already allocated.",
      "CONTAINER_ERROR",
      /`docker.ports` is taken/,
    ],
    [
      125,
      "docker: Error response from daemon: mkdir: no space left on device",
      "CONTAINER_ERROR",
      /prune/,
    ],
    [
      125,
      'docker: Error response from daemon: invalid mount config for type "bind": bind source path does not exist: /gone',
      "CONTAINER_ERROR",
      /no \/gone/,
    ],
    [
      125,
      `docker: something new.${run}`,
      "CONTAINER_ERROR",
      /^Docker cannot run the container: something new\.$/,
    ],
    [
      125,
      "docker: the credential proxy did not start: ENOSPC: no space left on device",
      "CONTAINER_ERROR",
      /could not be started.*`credentials: env`.*ENOSPC/,
    ],
    [127, "docker: this image has no socat", "CONTAINER_ERROR", /agent:1 has no `socat`.*egress/],
    [null, "docker: something new.", "CONTAINER_ERROR", /something new/],
    [126, "", "CONTAINER_ERROR", /agent:1 has no `claude`/],
    [127, "", "CONTAINER_ERROR", /agent:1 has no `claude`/],
  ])("explains %s %s", (exitCode, stderr, code, message) => {
    const error = toContainerError({ exitCode, stderr, image });
    expect(error?.code).toBe(code);
    expect(error?.message).toMatch(message);
  });

  it.each([
    [0, ""],
    [1, "docker: permission denied"],
    [125, "a program of that exit code"],
    [125, ""],
    [137, ""],
    [null, "permission denied while trying to connect"],
  ])("leaves what claude said itself alone: %s %s", (exitCode, stderr) => {
    expect(toContainerError({ exitCode, stderr, image })).toBeUndefined();
  });
});
