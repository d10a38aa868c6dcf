import { readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTestFleet, script, type TestFleet } from "@herdctl/testing";
import { describe, it } from "vitest";
import { leaveInTool, release, startInTool, untilReleased } from "./held-tool.ts";
import { processesOf } from "./processes.ts";

function fleetWith(agent: Readonly<Record<string, unknown>> = {}): Promise<TestFleet> {
  return createTestFleet({
    agents: {
      a: { default_prompt: "x", permission_mode: "bypassPermissions", runtime: "cli", ...agent },
    },
    scripts: {
      a: script().text("Starting.").tool("Bash", { command: untilReleased }).text("done"),
    },
  });
}

const runs = (test: TestFleet): number =>
  readFileSync(join(test.workspace("a"), "ran"), "utf8")
    .trimEnd()
    .split("\n").length;

describe.concurrent("a job that does without its daemon", () => {
  it("goes on while the fleet is stopped, and the next start tells how it went", async ({
    expect,
  }) => {
    await using test = await fleetWith();
    await using fleet = test.manager();
    const id = await startInTool(test, fleet);
    await fleet.stop({ leaveRunning: true });
    expect(fleet.getJob(id)).toMatchObject({ status: "running" });
    expect(processesOf(id).length).toBeGreaterThan(0);

    await release(test);
    await expect.poll(() => processesOf(id)).toEqual([]);
    await fleet.start();
    const job = await fleet.waitForJob(id);
    expect(job).toMatchObject({ status: "completed", attempt: 1, result: { summary: "done" } });
    expect(job.output).toContain("Starting.");
    expect(runs(test)).toBe(1);
  });

  it("is joined while it still runs, and can be cancelled like any other", async ({ expect }) => {
    await using test = await fleetWith();
    const id = await leaveInTool(test);

    await using next = test.manager();
    await next.initialize();
    await next.start();
    expect(next.getJob(id)).toMatchObject({ status: "running", attempt: 1 });
    expect(processesOf(id).length).toBeGreaterThan(0);
    await next.cancelJob(id);
    expect(next.getJob(id)).toMatchObject({ status: "cancelled" });
    expect(next.getJob(id).output).toContain("Starting.");
    expect(processesOf(id)).toEqual([]);
  });

  it("is cancelled without a daemon, too", async ({ expect }) => {
    await using test = await fleetWith();
    const id = await leaveInTool(test);

    await using other = test.manager();
    await other.initialize();
    await other.cancelJob(id);
    expect(other.getJob(id)).toMatchObject({ status: "cancelled" });
    expect(processesOf(id)).toEqual([]);
  });

  it("keeps to its time limit while nobody looks", async ({ expect }) => {
    await using test = await fleetWith({ timeout: "30s" });
    const id = await leaveInTool(test);
    // Its own watcher gives whoever lives the time to be first.
    await expect.poll(() => processesOf(id)).toEqual([]);

    await using next = test.manager();
    await next.initialize();
    await next.start();
    expect(await next.waitForJob(id)).toMatchObject({ status: "failed", exitReason: "timeout" });
    expect(runs(test)).toBe(1);
  });

  it("leaves a stopping fleet to wait for the jobs that need it", async ({ expect }) => {
    await using test = await fleetWith({ runtime: "sdk" });
    await using fleet = test.manager();
    const id = await startInTool(test, fleet);
    const stopped = fleet.stop({ leaveRunning: true });
    await release(test);
    await stopped;
    expect(fleet.getJob(id)).toMatchObject({ status: "completed" });
  });

  it("is joined although its agent has been removed, and with a claude that has gone since", async ({
    expect,
  }) => {
    await using test = await fleetWith();
    const id = await leaveInTool(test);
    await writeFile(test.configPath, JSON.stringify({ version: 1, agents: [] }));

    await using next = test.manager({ claudePath: "/does/not/exist" });
    await next.initialize();
    await next.start();
    expect(next.getJob(id)).toMatchObject({ status: "running" });
    await release(test);
    expect(await next.waitForJob(id)).toMatchObject({ status: "completed" });
    expect(processesOf(id)).toEqual([]);
  });

  it("is ended when it cannot be joined", async ({ expect }) => {
    await using test = await fleetWith();
    const id = await leaveInTool(test);
    const folder = join(test.stateDir, "jobs", id, "approvals");
    await rm(folder, { recursive: true });
    await writeFile(folder, "in the way");

    await using next = test.manager();
    await next.initialize();
    await next.start();
    expect(await next.waitForJob(id)).toMatchObject({ status: "failed", exitReason: "error" });
    expect(processesOf(id)).toEqual([]);
  });

  it("that is cancelled while it is left is cancelled", async ({ expect }) => {
    await using test = await fleetWith();
    await using fleet = test.manager();
    const id = await startInTool(test, fleet);
    const stopped = fleet.stop({ leaveRunning: true });
    await new Promise((resolve) => setTimeout(resolve, 30));
    await fleet.cancelJob(id);
    await stopped;
    expect(fleet.getJob(id)).toMatchObject({ status: "cancelled" });
    expect(processesOf(id)).toEqual([]);
  });
});
