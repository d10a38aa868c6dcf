import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { type Check, runDoctor } from "@herdctl/core";
import { claudeBinary, createTestFleet, testImage } from "@herdctl/testing";
import { afterEach, describe, expect, it, vi } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
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
  const { checks } = await runDoctor({ configPath, stateDir, env, cwd: dir, timeout: 240_000 });
  const filter = "label=herdctl.doctor";
  expect(await docker("ps", "--all", "--quiet", "--filter", filter)).toBe("");
  return checks.filter(({ name }) => name === "docker" || name === "image");
}

/** This machine's engine at a port, as one on another machine is. */
async function engineAtPort(): Promise<Server> {
  const server = createServer((client) => {
    const engine = connect("/var/run/docker.sock");
    client.pipe(engine).pipe(client);
    for (const socket of [client, engine]) socket.on("error", () => socket.destroy());
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return server;
}

/** Docker's own configuration names this engine by a context. */
async function useContext(name: string, host: string): Promise<void> {
  vi.stubEnv("DOCKER_CONFIG", await temporaryFolder());
  await docker("context", "create", name, "--docker", `host=${host}`);
  await docker("context", "use", name);
}

afterEach(() => {
  vi.unstubAllEnvs();
});

const withClaude = { volumes: [`${claudeBinary()}:/usr/local/bin/claude:ro`] };

describe.skipIf(noEngine)("the doctor of a fleet in containers", () => {
  it("is content with an engine and an image that do", async () => {
    const image = await testImage();
    const checks = await examine({ a: { image, ...withClaude }, b: { image, ...withClaude } });
    expect(checks).toEqual([
      { name: "docker", status: "ok", message: expect.stringMatching(/^engine \d/) },
      { name: "image", status: "ok", message: expect.stringMatching(/ with claude \d/) },
    ]);
  });

  it("gives an image the folders of its agents, whatever they are called", async () => {
    const folder = join(await temporaryFolder(), 'called "so, or so"');
    await mkdir(folder);
    const volumes = [...withClaude.volumes, `${folder}:/data:ro`];
    const checks = await examine({ a: { image: await testImage(), volumes } });
    expect(checks.map(({ status }) => status)).toEqual(["ok", "ok"]);
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

  it("names the context in Docker's own configuration, and an engine elsewhere", async () => {
    const image = await testImage();
    const server = await engineAtPort();
    const { port } = server.address() as AddressInfo;
    const host = `tcp://127.0.0.1:${port}`;
    await useContext("far", host);
    const checks = await examine({ a: { image, ...withClaude } });
    server.close();
    expect(checks.slice(0, 2)).toEqual([
      { name: "docker", status: "ok", message: expect.stringMatching(/^engine .*context far\)$/) },
      {
        name: "docker",
        status: "warning",
        message: expect.stringContaining(`Docker context far is at ${host}`),
        remedy: expect.stringContaining("docker context use default"),
      },
    ]);
  });

  it("names the context of an engine that does not answer", async () => {
    await useContext("gone", "unix:///nowhere/docker.sock");
    await using test = await createTestFleet({ agents: { a: "name: a\ndocker: true" } });
    const { configPath, stateDir, env, dir } = test;
    const { checks } = await runDoctor({ configPath, stateDir, env, cwd: dir, timeout: 240_000 });
    expect(checks.find(({ name }) => name === "docker")).toMatchObject({
      status: "problem",
      message: expect.stringMatching(/does not answer.*\(Docker context gone\)$/),
    });
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
