import { type Check, runDoctor } from "@herdctl/core";
import { claudeBinary, createTestFleet, testImage } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { docker, noEngine } from "./engine.ts";
import { labelledImage } from "./labelled-image.ts";

interface Agents {
  readonly [name: string]: Readonly<Record<string, unknown>>;
}

/** What the doctor says of a fleet whose agents have these `docker` blocks. */
async function examine(agents: Agents): Promise<readonly Check[]> {
  const names = Object.keys(agents);
  const references = Object.entries(agents).map(([name, block]) => ({
    path: `${name}.yaml`,
    overrides: { docker: { enabled: true, ...block } },
  }));
  await using test = await createTestFleet({
    agents: {},
    files: {
      "herdctl.yaml": JSON.stringify({ version: 1, agents: references }),
      ...Object.fromEntries(names.map((name) => [`${name}.yaml`, `name: ${name}\n`])),
    },
  });
  const { configPath, stateDir, env, dir } = test;
  const { checks } = await runDoctor({ configPath, stateDir, env, cwd: dir, timeout: 60_000 });
  const filter = "label=herdctl.doctor";
  expect(await docker("ps", "--all", "--quiet", "--filter", filter)).toBe("");
  return checks.filter(({ name }) => name === "docker" || name === "image");
}

const withClaude = { volumes: [`${claudeBinary()}:/usr/local/bin/claude:ro`] };

describe.skipIf(noEngine)("the doctor of a fleet in containers", { timeout: 180_000 }, () => {
  it("is content with an engine and an image that do", async () => {
    const image = await testImage();
    const checks = await examine({ a: { image, ...withClaude }, b: { image, ...withClaude } });
    expect(checks).toEqual([
      { name: "docker", status: "ok", message: expect.stringMatching(/^engine \d/) },
      { name: "image", status: "ok", message: expect.stringMatching(/ with claude \d/) },
    ]);
  });

  it("looks into each image, and names the agents that miss one", async () => {
    const checks = await examine({
      a: { image: await testImage() },
      b: { image: "herdctl-test/missing:1" },
      c: { image: "herdctl-test/missing:1" },
      d: { image: "herdctl/agent:0" },
    });
    expect(checks.slice(1)).toEqual([
      {
        name: "image",
        status: "problem",
        message: expect.stringMatching(/ has no claude$/),
        remedy: expect.stringContaining("herdctl docker build"),
      },
      {
        name: "image",
        status: "problem",
        message: "there is no herdctl-test/missing:1 (for b, c)",
        remedy: expect.stringContaining("docker pull herdctl-test/missing:1"),
      },
      expect.objectContaining({ message: "there is no herdctl/agent:0 (for d)" }),
    ]);
  });

  it("names a container that cannot be had", async () => {
    const image = await testImage();
    const checks = await examine({ a: { image, ...withClaude, cpus: 1, cpu_quota: 50_000 } });
    expect(checks.filter(({ status }) => status === "problem")).toEqual([
      {
        name: "docker",
        status: "problem",
        message: expect.stringContaining("`cpus` says the same"),
      },
    ]);
  });

  it("tells an image of another version from one that is nobody's affair", async () => {
    const old = await labelledImage({ "herdctl.version": "0.0.1" });
    const own = await labelledImage({ "team.version": "7" });
    const checks = await examine({
      a: { image: old, ...withClaude },
      b: { image: own, ...withClaude },
    });
    expect(checks.map(({ name, status }) => [name, status])).toEqual([
      ["docker", "ok"],
      ["image", "warning"],
      ["image", "ok"],
      ["image", "ok"],
    ]);
    expect(checks[1]?.message).toContain(`${old} was built by an older herdctl, 0.0.1`);
  });
});
