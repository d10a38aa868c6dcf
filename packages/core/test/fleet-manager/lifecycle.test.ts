import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FleetManager } from "@herdctl/core";
import { createTestFleet, script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { startJob } from "./start-job.ts";

const quick = { agents: { a: { default_prompt: "x" } }, scripts: { a: script().text("done") } };

describe("lifecycle", () => {
  it("goes through its states and refuses illegal moves", async () => {
    await using test = await createTestFleet(quick);
    const fleet = test.manager();
    expect(fleet.state).toBe("uninitialized");
    expect(() => fleet.getStatus()).toThrow(expect.objectContaining({ code: "INVALID_STATE" }));
    await expect(fleet.start()).rejects.toMatchObject({
      code: "INVALID_STATE",
      operation: "start",
    });
    await fleet.initialize();
    expect(fleet.state).toBe("initialized");
    await expect(fleet.initialize()).rejects.toMatchObject({ code: "INVALID_STATE" });
    await fleet.start();
    expect(fleet.state).toBe("running");
    await expect(fleet.start()).rejects.toMatchObject({ currentState: "running" });
    await fleet.stop({ reason: "test" });
    expect(fleet.state).toBe("stopped");
    await fleet.stop();
    await expect(fleet.trigger("a")).rejects.toMatchObject({ code: "INVALID_STATE" });
    expect(fleet.getStatus()).toMatchObject({ state: "stopped", uptime: 0, agents: { total: 1 } });
    await fleet.start();
    expect(fleet.state).toBe("running");
    await fleet[Symbol.asyncDispose]();
  });

  it("starts by itself with autoStart, and rejects ready when that fails", async () => {
    await using test = await createTestFleet(quick);
    await using fleet = test.manager({ autoStart: true });
    await fleet.ready;
    expect(fleet.state).toBe("running");
    const broken = new FleetManager({
      configPath: join(test.dir, "missing.yaml"),
      stateDir: test.stateDir,
      autoStart: true,
    });
    await expect(broken.ready).rejects.toMatchObject({ code: "CONFIGURATION_ERROR" });
  });

  it("lets one daemon own a state directory, and names the owner", async () => {
    await using test = await createTestFleet(quick);
    await using first = test.manager();
    await using second = test.manager();
    await first.initialize();
    await second.initialize();
    await first.start();
    await expect(second.start()).rejects.toMatchObject({
      code: "STATE_LOCKED",
      message: expect.stringContaining(String(process.pid)),
    });
    await first.stop();
    await second.start();
    expect(second.state).toBe("running");
  });

  it("waits for running jobs when it stops, and reports progress", async () => {
    await using test = await createTestFleet({
      ...quick,
      scripts: { a: script().wait(500).text("done") },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    await fleet.start();
    const id = await startJob(fleet);
    const pending: number[] = [];
    await fleet.stop({ onProgress: ({ pendingJobs }) => pending.push(pendingJobs) });
    expect(fleet.getJob(id).status).toBe("completed");
    expect(pending[0]).toBe(1);
  });

  it("cancels what is left after the timeout, and leaves the queue for the next start", async () => {
    await using test = await createTestFleet({
      ...quick,
      scripts: { a: script().wait(3_000).text("done") },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    await fleet.start();
    const running = await fleet.trigger("a");
    const queued = await fleet.trigger("a");
    await fleet.stop({ timeout: 300 });
    expect(fleet.getJob(running.id)).toMatchObject({
      status: "cancelled",
      cancelCause: "shutdown",
    });
    expect(fleet.getJob(queued.id).status).toBe("queued");
    await fleet.start();
    expect((await fleet.waitForJob(queued.id)).status).toBe("completed");
  });

  it("tells a broken listener apart from a broken job", async () => {
    await using test = await createTestFleet(quick);
    await using fleet = test.manager();
    const errors: Error[] = [];
    fleet.on("job:created", () => {
      throw new Error("listener broke");
    });
    fleet.on("error", (error) => errors.push(error));
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    expect((await fleet.waitForJob(id)).status).toBe("completed");
    expect(errors.map((error) => error.message)).toEqual(["listener broke"]);
  });

  it("does not keep a program alive that only looked", async () => {
    await using test = await createTestFleet(quick);
    const program = `
      import { FleetManager } from "@herdctl/core";
      const fleet = new FleetManager({ configPath: ${JSON.stringify(test.configPath)}, stateDir: ${JSON.stringify(test.stateDir)} });
      await fleet.initialize();
      console.log(fleet.getStatus().agents.total);
    `;
    const child = spawn(
      process.execPath,
      ["--conditions=herdctl-source", "--input-type=module", "-e", program],
      { cwd: import.meta.dirname, stdio: ["ignore", "pipe", "inherit"], timeout: 240_000 },
    );
    const [code] = await once(child, "close");
    expect(code).toBe(0);
  });

  it("says what is wrong with a state directory it cannot use", async () => {
    await using test = await createTestFleet(quick);
    const fleet = test.manager({ stateDir: join(test.configPath, "state") });
    await expect(fleet.initialize()).rejects.toMatchObject({ code: "STATE_DIR" });
  });
});

it("creates nothing when the configuration is invalid", async () => {
  const dir = mkdtempSync(join(tmpdir(), "herdctl-empty-"));
  const fleet = new FleetManager({ configPath: dir, stateDir: join(dir, "state") });
  await expect(fleet.initialize()).rejects.toMatchObject({ code: "CONFIGURATION_ERROR" });
  expect(fleet.state).toBe("uninitialized");
});
