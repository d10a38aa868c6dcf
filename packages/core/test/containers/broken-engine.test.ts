import { chmodSync, chownSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { once } from "node:events";
import { delimiter, join } from "node:path";
import { type Job, runDoctor } from "@herdctl/core";
import { script, type TestFleet, testImage } from "@herdctl/testing";
import { afterEach, describe, expect, it, vi } from "vitest";
import { isInTool, startInTool, untilReleased } from "../fleet-manager/held-tool.ts";
import { processesOf } from "../fleet-manager/processes.ts";
import { createContainedFleet } from "./contained-fleet.ts";
import { cannotHavePrivateEngine, startPrivateEngine } from "./private-engine.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

const oneAgent = (): Promise<TestFleet> =>
  createContainedFleet({ runtime: "sdk", script: script().text("done") });

/** A job of a herdctl with the environment of now. */
async function runIn(test: TestFleet): Promise<Job> {
  await using fleet = test.manager();
  await fleet.initialize();
  await fleet.start();
  const { id } = await fleet.trigger("a");
  const job = await fleet.waitForJob(id);
  expect(processesOf(id)).toEqual([]);
  return job;
}

describe.skipIf(cannotHavePrivateEngine)("a job in a container (needs root)", () => {
  it("tells when this user may not use the engine", async () => {
    await using test = await oneAgent();
    const socket = join(test.dir, "docker.sock");
    await using server = createServer().listen(socket);
    await once(server, "listening");
    chownSync(socket, 65_534, 65_534);
    chmodSync(socket, 0o600);
    // The real client, without root's right to open what is not its own.
    const bin = join(test.dir, "bin");
    await mkdir(bin);
    const PATH = process.env["PATH"] ?? "";
    const command = `PATH='${PATH}' exec setpriv --bounding-set=-dac_override docker "$@"`;
    await writeFile(join(bin, "docker"), `#!/bin/sh\n${command}\n`);
    await chmod(join(bin, "docker"), 0o755);
    vi.stubEnv("PATH", `${bin}${delimiter}${PATH}`);
    vi.stubEnv("DOCKER_HOST", `unix://${socket}`);
    const job = await runIn(test);
    expect(job).toMatchObject({ exitReason: "error", error: { code: "CONTAINER_ENGINE" } });
    expect(job.error?.message).toMatch(/refuses this user.*`docker` group/);
  });

  it("tells when the engine has no space", async () => {
    const engine = await startPrivateEngine(await testImage());
    vi.stubEnv("DOCKER_HOST", engine.host);
    await engine.fillDisk();
    await using test = await oneAgent();
    const job = await runIn(test);
    expect(job).toMatchObject({ exitReason: "error", error: { code: "CONTAINER_ERROR" } });
    expect(job.error?.message).toMatch(/disk of the Docker engine is full/);

    const { configPath, stateDir, env } = test;
    const { checks } = await runDoctor({ configPath, stateDir, env, timeout: 240_000 });
    expect(checks).toContainEqual({
      name: "disk",
      status: "problem",
      message: expect.stringContaining("0.0 GB free"),
      remedy: expect.stringContaining("docker system prune"),
    });
  });

  it("tells when the engine dies under it, and leaves nothing behind", async () => {
    const engine = await startPrivateEngine(await testImage());
    vi.stubEnv("DOCKER_HOST", engine.host);
    await using test = await createContainedFleet({
      runtime: "sdk",
      script: script().tool("Bash", { command: untilReleased }).text("done"),
    });
    await using fleet = test.manager();
    const id = await startInTool(test, fleet);
    expect(isInTool(test)).toBe(true);
    await engine.kill();
    const job = await fleet.waitForJob(id);
    expect(job).toMatchObject({ exitReason: "error", error: { code: "CONTAINER_ENGINE" } });
    expect(processesOf(id)).toEqual([]);
  });
});
