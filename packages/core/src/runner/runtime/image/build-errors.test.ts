import { describe, expect, it } from "vitest";
import { toBuildError } from "./build-errors.ts";

describe("toBuildError", () => {
  it.each([
    ["exec: docker: not found", "CONTAINER_ENGINE", /Install Docker/],
    [
      "ERROR: permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock",
      "CONTAINER_ENGINE",
      /`docker` group/,
    ],
    [
      "Cannot connect to the Docker daemon at unix:///x.sock. Is the docker daemon running?",
      "CONTAINER_ENGINE",
      /Start it/,
    ],
    [
      "error during connect: Get http://builder:2375/v1: dial tcp: lookup builder: no such host",
      "CONTAINER_ENGINE",
      /does not answer/,
    ],
    [
      "npm error ENOSPC: no space left on device, write\nThe command 'npm' returned a non-zero code: 228",
      "CONTAINER_ERROR",
      /disk of the Docker engine is full.*ENOSPC/,
    ],
    [
      "ERROR: BuildKit is enabled but the buildx component is missing or broken.\n  https://docs.docker.com",
      "CONTAINER_ERROR",
      /DOCKER_BUILDKIT=0/,
    ],
    [
      'invalid argument "BAD TAG" for "-t, --tag" flag: invalid reference format\n\nRun \'docker build --help\' for more information',
      "CONTAINER_ERROR",
      /^"BAD TAG" is no name of an image.*Correct --tag/,
    ],
    [
      "/bin/sh: 1: apt-get: not found\nThe command '/bin/sh -c apt-get' returned a non-zero code: 127",
      "CONTAINER_ERROR",
      /no `apt-get`.*Debian/,
    ],
    ["#7 0.3 /bin/sh: line 1: npm: command not found", "CONTAINER_ERROR", /no `npm`/],
    [
      "npm error notarget No matching version found for @anthropic-ai/claude-code@9.9.9.\nThe command returned 1",
      "CONTAINER_ERROR",
      /no Claude Code 9\.9\.9\. Choose/,
    ],
    [
      "npm error code SELF_SIGNED_CERT_IN_CHAIN",
      "CONTAINER_ERROR",
      /--base-image an image that trusts them/,
    ],
    [
      "pull access denied for team/base, repository does not exist or may require 'docker login'",
      "CONTAINER_ERROR",
      /no image team\/base to begin with/,
    ],
    [
      "manifest for node:99 not found: manifest unknown: manifest unknown",
      "CONTAINER_ERROR",
      /no image node:99 to begin with/,
    ],
    [
      "ERROR: failed to solve: node:99: docker.io/library/node:99: not found",
      "CONTAINER_ERROR",
      /no image docker\.io\/library\/node:99 to begin with/,
    ],
    [
      'Get "https://registry/v2/": dial tcp: lookup registry on 10.0.0.1:53: no such host',
      "CONTAINER_ERROR",
      /cannot reach the internet/,
    ],
    [
      "Err:1 http://debian bookworm InRelease\n  Temporary failure resolving 'debian'\nE: Unable to locate package socat",
      "CONTAINER_ERROR",
      /cannot reach the internet.*--network host.*Temporary failure resolving/,
    ],
    [
      "Sending context\nThe command '/bin/sh -c x' returned a non-zero code: 3",
      "CONTAINER_ERROR",
      /^The image could not be built: The command .* code: 3$/,
    ],
  ])("says what to do about %j", (said, code, words) => {
    const error = toBuildError(said);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(words);
  });
});
