import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { script, type TestFleet } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { leaveInTool, release, startInTool, untilReleased } from "../fleet-manager/held-tool.ts";
import { processesOf } from "../fleet-manager/processes.ts";
import { docker, keptContainers, noEngine } from "./engine.ts";
import { createWarmFleet, editFleet, run } from "./warm-fleet.ts";

const runtimes = ["sdk", "cli"] as const;
const done = script().text("done");
const held = script()
  .text("Starting.")
  .tool("Bash", { command: `setsid sleep 303 & ${untilReleased}` })
  .text("done");

const isRunning = async (test: TestFleet): Promise<boolean> => {
  const [id] = await keptContainers(test);
  if (id === undefined) return false;
  const shown = await docker("top", id, "-eo", "pid,args").catch((error: Error) => {
    // Being removed, it is still listed for a moment.
    if (/is not running|No such container/.test(error.message)) return "";
    throw error;
  });
  return /sleep 303|claude/.test(shown);
};

describe.skipIf(noEngine).each(runtimes)("a container that is kept (%s)", (runtime) => {
  it("has nothing of a job that was cancelled, whose last words are told", async () => {
    await using test = await createWarmFleet({ runtime, script: held });
    await using fleet = test.manager();
    const id = await startInTool(test, fleet);
    const kept = await keptContainers(test);
    await fleet.cancelJob(id);
    expect(fleet.getJob(id)).toMatchObject({ status: "cancelled" });
    expect(fleet.getJob(id).result?.costUsd).toBeGreaterThan(0);
    expect(processesOf(id)).toEqual([]);
    expect(await isRunning(test)).toBe(false);
    expect(await keptContainers(test)).toEqual(kept);
    await rm(join(test.workspace("a"), "ran"));
    expect(await run(fleet, done)).toMatchObject({ status: "completed" });
  });

  it("whose image has no claude says so, at each job", async () => {
    await using test = await createWarmFleet({ runtime, script: done, docker: { volumes: [] } });
    await using fleet = test.manager();
    await fleet.initialize();
    for (const job of [await run(fleet, done), await run(fleet, done)]) {
      expect(job.error?.code).toBe("CONTAINER_ERROR");
      expect(job.error?.message).toMatch(/has no `claude`/);
    }
  });

  it("goes with a job that does not end when it is asked to", async () => {
    await using test = await createWarmFleet({
      runtime,
      script: script()
        .tool("Bash", { command: `kill -STOP $PPID; ${untilReleased}` })
        .text("done"),
    });
    await using fleet = test.manager();
    const id = await startInTool(test, fleet);
    await fleet.cancelJob(id);
    expect(fleet.getJob(id)).toMatchObject({ status: "cancelled" });
    expect(processesOf(id)).toEqual([]);
    expect(await keptContainers(test)).toEqual([]);
    await rm(join(test.workspace("a"), "ran"));
    expect(await run(fleet, done)).toMatchObject({ status: "completed" });
  });

  it("is made anew after somebody has ended it, between jobs or in one", async () => {
    await using test = await createWarmFleet({ runtime, script: held });
    await using fleet = test.manager();
    const id = await startInTool(test, fleet);
    const [first = ""] = await keptContainers(test);
    await docker("kill", first);
    expect(await fleet.waitForJob(id)).toMatchObject({ exitReason: "interrupted" });
    expect(await run(fleet, done)).toMatchObject({ status: "completed" });
    const [second = ""] = await keptContainers(test);
    await docker("rm", "--force", second);
    expect(await run(fleet, done)).toMatchObject({ status: "completed" });
    const [third = ""] = await keptContainers(test);
    await docker("pause", third);
    expect(await run(fleet, done)).toMatchObject({ status: "completed" });
    const [fourth = ""] = await keptContainers(test);
    expect(new Set([first, second, third, fourth]).size).toBe(4);
  });
});

describe.skipIf(noEngine)("a job in a container that is kept, whose daemon is killed", () => {
  it("is ended with the container, where claude cannot do without", async () => {
    await using test = await createWarmFleet({ runtime: "sdk", script: held });
    const id = await leaveInTool(test);
    await using next = test.manager();
    await next.initialize();
    await next.start();
    expect(await next.waitForJob(id)).toMatchObject({ exitReason: "interrupted" });
    expect(processesOf(id)).toEqual([]);
    expect(await isRunning(test)).toBe(false);
    expect(await run(next, done)).toMatchObject({ status: "completed" });
  });

  it("is ended by its watcher where no daemon comes", async () => {
    await using test = await createWarmFleet({ runtime: "sdk", script: held });
    const id = await leaveInTool(test);
    await expect.poll(() => keptContainers(test)).toEqual([]);
    await expect.poll(() => processesOf(id)).toEqual([]);
  });

  it("goes on where claude can, and the container stays", async () => {
    await using test = await createWarmFleet({ runtime: "cli", script: held });
    const id = await leaveInTool(test);
    const kept = await keptContainers(test);
    await using next = test.manager();
    await next.initialize();
    await next.start();
    expect(await keptContainers(test)).toEqual(kept);
    await release(test);
    const job = await next.waitForJob(id);
    expect(job).toMatchObject({ status: "completed", attempt: 1, result: { summary: "done" } });
    expect(existsSync(join(test.stateDir, "jobs", id, "1", "stdout.jsonl"))).toBe(true);
    expect(await run(next, done)).toMatchObject({ status: "completed" });
    expect(await keptContainers(test)).toEqual(kept);
    expect(await isRunning(test)).toBe(false);
  });

  it("is asked to stop when its time is over, although nobody lives who could", async () => {
    await using test = await createWarmFleet({
      runtime: "cli",
      script: held,
      agent: { timeout: "30s" },
    });
    const id = await leaveInTool(test);
    await expect.poll(() => keptContainers(test)).toEqual([]);
    await using next = test.manager();
    await next.initialize();
    await next.start();
    const job = await next.waitForJob(id);
    expect(job).toMatchObject({ status: "failed", exitReason: "timeout" });
    expect(job.result?.costUsd).toBeGreaterThan(0);
  });

  it("is left running when the fleet stops and leaves it, unlike idle containers", async () => {
    await using test = await createWarmFleet({
      runtime: "cli",
      script: held,
      agent: { concurrency: 2 },
    });
    const fleet = test.manager();
    const id = await startInTool(test, fleet);
    await run(fleet, done);
    expect(await keptContainers(test)).toHaveLength(2);
    await fleet.stop({ leaveRunning: true });
    expect(await keptContainers(test)).toHaveLength(1);
    await release(test);
    await using next = test.manager();
    await next.initialize();
    await next.start();
    expect(await next.waitForJob(id)).toMatchObject({ status: "completed", attempt: 1 });
  });
});

describe.skipIf(noEngine)("after a reload", () => {
  it("containers that no agent keeps any more are gone: idle ones at once, others with their job", async () => {
    await using test = await createWarmFleet({
      runtime: "sdk",
      script: held,
      agent: { concurrency: 2 },
      files: { "agents/b.yaml": JSON.stringify({ name: "b", default_prompt: "Do it." }) },
    });
    await editFleet(test, ({ agents }) => agents.push({ path: "agents/b.yaml" }));
    await using fleet = test.manager();
    const id = await startInTool(test, fleet);
    await run(fleet, done);
    expect(await keptContainers(test)).toHaveLength(2);
    await editFleet(test, ({ defaults }) => (defaults.docker["max_containers"] = 1));
    await fleet.reload();
    expect(await keptContainers(test)).toHaveLength(1);
    await editFleet(test, ({ agents }) => agents.shift());
    await fleet.reload();
    expect(await keptContainers(test)).toHaveLength(1);
    await release(test);
    expect(await fleet.waitForJob(id)).toMatchObject({ status: "completed" });
    expect(await keptContainers(test)).toEqual([]);
  });

  it("containers of other fleets stay, whatever they are called", async () => {
    await using test = await createWarmFleet({ runtime: "sdk", script: done });
    await using other = await createWarmFleet({ runtime: "sdk", script: done });
    await using first = test.manager();
    await using second = other.manager();
    for (const fleet of [first, second]) {
      await fleet.initialize();
      await fleet.start();
      await run(fleet, done);
    }
    await first.stop();
    expect(await keptContainers(test)).toEqual([]);
    expect(await keptContainers(other)).toHaveLength(1);
  });
});
