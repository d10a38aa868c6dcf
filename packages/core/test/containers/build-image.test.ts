import { randomUUID } from "node:crypto";
import { buildImage, type BuildImageOptions } from "@herdctl/core";
import { testImage } from "@herdctl/testing";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { bundledClaude } from "../../src/runner/claude-binary.ts";
import { docker, noEngine } from "./engine.ts";

const stamped = `ARG BASE_IMAGE
FROM \${BASE_IMAGE}
ARG CLAUDE_VERSION
ARG HERDCTL_VERSION
LABEL stamp="\${HERDCTL_VERSION} \${CLAUDE_VERSION}"
`;

/** Options for an image that is gone when the test is over. */
async function options(): Promise<BuildImageOptions & { readonly tag: string }> {
  const tag = `herdctl-test/built:${randomUUID()}`;
  onTestFinished(async () => void (await docker("rmi", "--force", tag).catch(() => undefined)));
  return { dockerfile: stamped, tag, baseImage: await testImage() };
}

/** What containers run, those that have ended included. */
const commands = (): Promise<string> =>
  docker("ps", "--all", "--no-trunc", "--format", "{{.Command}}");

describe.skipIf(noEngine)("buildImage", () => {
  afterAll(async () => {
    // The steps before one that failed.
    await docker("image", "prune", "--force", "--filter", "label=stamp");
  });

  it("gives the Dockerfile the versions of herdctl and of its Claude Code", async () => {
    const wanted = await options();
    let said = "";
    const image = await buildImage({
      ...wanted,
      network: "none",
      noCache: true,
      onOutput: (text) => (said += text),
    });
    const { version } = await bundledClaude();
    expect(image).toMatchObject({
      id: expect.stringMatching(/^sha256:/),
      tags: [wanted.tag],
      claudeVersion: version,
    });
    const stamp = await docker("inspect", "--format", '{{index .Config.Labels "stamp"}}', image.id);
    expect(stamp).toBe(`${image.herdctlVersion} ${version}`);
    expect(said).toContain("LABEL stamp");
  });

  it("says how a step failed, and leaves no container", async () => {
    const wanted = await options();
    const dockerfile = `${stamped}RUN echo no-space-for-${wanted.tag} && exit 3\n`;
    await expect(buildImage({ ...wanted, dockerfile })).rejects.toThrow(
      /^The image could not be built: .*exit 3/,
    );
    expect(await commands()).not.toContain(wanted.tag);
  });

  it("ends when it is told to, with its container", async () => {
    const wanted = await options();
    const building = new AbortController();
    const built = buildImage({
      ...wanted,
      dockerfile: `${stamped}RUN : ${wanted.tag} && sleep 120\n`,
      signal: building.signal,
      onOutput: (text) => {
        if (text.includes("sleep 120")) building.abort();
      },
    });
    await expect(built).rejects.toMatchObject({ name: "AbortError" });
    await expect.poll(commands).not.toContain(wanted.tag);
  });

  it("needs an engine, and says so", async () => {
    const wanted = { dockerfile: stamped, tag: "herdctl-test/none:1" };
    const env = { ...process.env, DOCKER_HOST: "unix:///nowhere/docker.sock" };
    await expect(buildImage({ ...wanted, env })).rejects.toMatchObject({
      code: "CONTAINER_ENGINE",
    });
    await expect(buildImage({ ...wanted, env: { PATH: "/nowhere" } })).rejects.toThrow(
      "There is no `docker` command",
    );
  });
});
