import { createServer } from "node:net";
import { once } from "node:events";
import type { FleetManager, Job } from "@herdctl/core";
import { script } from "@herdctl/testing";
import { afterEach, describe, expect, it, vi } from "vitest";
import { startInTool, untilReleased } from "../fleet-manager/held-tool.ts";
import { processesOf } from "../fleet-manager/processes.ts";
import { createContainedFleet } from "./contained-fleet.ts";
import { containersOf, docker, noEngine } from "./engine.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

async function begin(fleet: FleetManager): Promise<string> {
  await fleet.initialize();
  await fleet.start();
  return (await fleet.trigger("a")).id;
}

/** A job of an agent with this `docker` block, of a herdctl with these variables. */
async function runWith(
  options: Readonly<Record<string, unknown>>,
  runtime: "sdk" | "cli" = "sdk",
  variables: Readonly<Record<string, string>> = {},
): Promise<Job> {
  await using test = await createContainedFleet({
    runtime,
    script: script().text("done"),
    docker: options,
  });
  await using fleet = test.manager();
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const id = await begin(fleet);
  const job = await fleet.waitForJob(id);
  vi.unstubAllEnvs();
  expect(await containersOf(id)).toEqual([]);
  return job;
}

describe.skipIf(noEngine).each(["sdk", "cli"] as const)("a container (%s)", (runtime) => {
  it("whose image is missing names it, and what to do", async () => {
    const job = await runWith({ image: "herdctl-test/missing:1" }, runtime);
    expect(job).toMatchObject({ exitReason: "error", error: { code: "CONTAINER_ERROR" } });
    expect(job.error?.message).toMatch(/no image herdctl-test\/missing:1 .*docker build/);
  });

  it("whose image has no claude says so", async () => {
    const job = await runWith({ volumes: [] }, runtime);
    expect(job).toMatchObject({ exitReason: "error", error: { code: "CONTAINER_ERROR" } });
    expect(job.error?.message).toMatch(/has no `claude`/);
  });

  it("that has too little memory for claude is told from one that was killed", async () => {
    const job = await runWith({ memory: "16m" }, runtime);
    expect(job).toMatchObject({ exitReason: "oom", error: { code: "OUT_OF_MEMORY" } });
    expect(job.error?.message).toContain("docker.memory");
  });

  it("that somebody ends is an interrupted job", async () => {
    await using test = await createContainedFleet({
      runtime,
      script: script().tool("Bash", { command: untilReleased }).text("done"),
    });
    await using fleet = test.manager();
    const id = await startInTool(test, fleet);
    const [name = ""] = await containersOf(id);
    await docker("kill", name);
    const job = await fleet.waitForJob(id);
    expect(job).toMatchObject({ status: "failed", exitReason: "interrupted" });
    expect(job.error?.message).toMatch(/ended from outside/);
    await expect.poll(() => containersOf(id)).toEqual([]);
  });
});

describe.skipIf(noEngine)("a job in a container", () => {
  it("tells when the engine does not run", async () => {
    const job = await runWith({}, "sdk", { DOCKER_HOST: "unix:///nowhere/docker.sock" });
    expect(job).toMatchObject({ exitReason: "error", error: { code: "CONTAINER_ENGINE" } });
    expect(job.error?.message).toMatch(/Start it/);
  });

  it("tells when there is no docker command", async () => {
    const job = await runWith({}, "sdk", { PATH: "/nowhere" });
    expect(job).toMatchObject({ exitReason: "error", error: { code: "CONTAINER_ENGINE" } });
    expect(job.error?.message).toMatch(/Install Docker/);
  });

  it("tells when its folder has vanished", async () => {
    await using test = await createContainedFleet({
      runtime: "sdk",
      script: script().text("done"),
      // Removed after herdctl has looked.
      defaults: { hooks: { before_run: [{ type: "shell", command: 'rmdir "$PWD"' }] } },
    });
    await using fleet = test.manager();
    const job = await fleet.waitForJob(await begin(fleet));
    expect(job).toMatchObject({ exitReason: "error", error: { code: "WORKING_DIRECTORY" } });
  });

  it("tells when a port is taken", async () => {
    await using server = createServer().listen(0, "0.0.0.0");
    await once(server, "listening");
    const address = server.address();
    const port = address instanceof Object ? address.port : 0;
    const job = await runWith({ network: "bridge", ports: [`${port}:80`] });
    expect(job.error?.message).toMatch(/`docker.ports` is taken/);
  });

  it("outlives a tool that takes all the memory, and tells of it", async () => {
    await using test = await createContainedFleet({
      runtime: "sdk",
      script: script()
        .tool("Bash", { command: "head -c 900m /dev/zero | tail | wc -c; echo $?" })
        .text("done"),
      docker: { memory: "700m" },
    });
    await using fleet = test.manager();
    const id = await begin(fleet);
    const job = await fleet.waitForJob(id);
    expect(job).toMatchObject({ status: "completed", result: { summary: "done" } });
    expect(job.output).toMatch(/^· .*no memory left.*`docker\.memory`/m);
  });

  it("whose tool forks for ever ends alone, with the reason, and leaves nothing behind", async () => {
    await using test = await createContainedFleet({
      runtime: "sdk",
      script: script().tool("Bash", { command: "f() { f | f & }; f; sleep 2" }).text("done"),
      docker: { pids_limit: 64 },
    });
    await using fleet = test.manager();
    const id = await begin(fleet);
    const job = await fleet.waitForJob(id);
    expect(job.output).toMatch(/^· .*limit of processes.*`docker\.pids_limit`/m);
    if (job.status === "failed") expect(job.error?.message).toContain("docker.pids_limit");
    expect(await containersOf(id)).toEqual([]);
    expect(processesOf(id)).toEqual([]);
  });
});
