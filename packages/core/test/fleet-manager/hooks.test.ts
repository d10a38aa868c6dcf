import { existsSync, readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTestFleet, script, type TestFleet } from "@herdctl/testing";
import type { Job } from "@herdctl/core";
import { describe, expect, it } from "vitest";
import { processesOf } from "./processes.ts";
import { killDaemonWhen } from "./start-daemon.ts";

type Hooks = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

const shell = (command: string, more: Readonly<Record<string, unknown>> = {}) => ({
  type: "shell",
  command,
  ...more,
});

function fleetWith(hooks: Hooks, more: Readonly<Record<string, unknown>> = {}): Promise<TestFleet> {
  return createTestFleet({
    agents: { writer: { default_prompt: "Write.", hooks, ...more } },
    scripts: { writer: script().text("Written.") },
  });
}

async function runOnce(test: TestFleet): Promise<Job> {
  await using fleet = test.manager();
  await fleet.initialize();
  const { id } = await fleet.trigger("writer");
  return fleet.waitForJob(id);
}

const exists = (test: TestFleet, name: string): boolean =>
  existsSync(join(test.workspace("writer"), name));

describe("hooks of a job", () => {
  it("run in the workspace with the context on stdin and in variables", async () => {
    await using test = await fleetWith(
      {
        before_run: [shell("cat >before.json")],
        after_run: [
          shell('cat >after.json; echo "$HERDCTL_EVENT"', { name: "save" }),
          shell("touch wrong", { on_events: ["failed"] }),
          shell("touch right", { when: "metadata.publish" }),
          shell("touch wrong", { when: "metadata.missing.deep" }),
        ],
        on_error: [shell("touch wrong")],
      },
      { identity: { name: "Scribe" } },
    );
    const workspace = test.workspace("writer");
    await writeFile(join(workspace, "metadata.json"), '{"publish": true}');
    const job = await runOnce(test);
    expect(job).toMatchObject({ status: "completed", exitReason: "success" });
    const read = (name: string): unknown => JSON.parse(readFileSync(join(workspace, name), "utf8"));
    expect(read("before.json")).toMatchObject({
      event: "before_run",
      job: { id: job.id, agentId: "writer", trigger: "manual", prompt: "Write." },
      agent: { id: "writer", name: "Scribe" },
      metadata: { publish: true },
    });
    expect(read("after.json")).toMatchObject({
      event: "completed",
      job: { id: job.id, exitReason: "success", sessionId: job.sessionId },
      result: { success: true, output: "Written." },
    });
    expect(exists(test, "right")).toBe(true);
    expect(exists(test, "wrong")).toBe(false);
    expect(job.result?.hooks).toMatchObject([
      { phase: "before_run", hookType: "shell", success: true, exitCode: 0 },
      { phase: "after_run", name: "save", success: true, output: "completed\n" },
      { phase: "after_run", index: 2, success: true },
    ]);
  });

  it("reject the job before it runs, which on_error hears and after_run does not", async () => {
    await using test = await fleetWith({
      before_run: [shell("echo no database >&2; exit 1", { name: "check" })],
      after_run: [shell("touch after")],
      on_error: [shell("cat >error.json")],
    });
    const job = await runOnce(test);
    expect(job).toMatchObject({ status: "failed", exitReason: "rejected" });
    expect(job.error?.message).toContain('"check" rejected the job: exit code 1: no database');
    expect(test.server.requests).toEqual([]);
    expect(exists(test, "after")).toBe(false);
    expect(exists(test, "error.json")).toBe(true);
  });

  it("let the job run where they may fail", async () => {
    await using test = await fleetWith({
      before_run: [shell("exit 1", { continue_on_error: true })],
      after_run: [shell("exit 1")],
    });
    const job = await runOnce(test);
    expect(job).toMatchObject({ status: "completed", exitReason: "success" });
    expect(job.result?.hooks).toMatchObject([{ success: false }, { success: false }]);
  });

  it("fail the job where they must not fail, and on_error follows", async () => {
    await using test = await fleetWith({
      after_run: [shell("exit 7", { continue_on_error: false }), shell("touch second")],
      on_error: [shell("cat >error.json")],
    });
    const job = await runOnce(test);
    expect(job).toMatchObject({ status: "failed", exitReason: "error" });
    expect(job.error?.message).toBe("The after_run hook 1 failed: exit code 7");
    expect(job.result).toMatchObject({ summary: "Written." });
    expect(exists(test, "second")).toBe(false);
    const context: unknown = JSON.parse(
      readFileSync(join(test.workspace("writer"), "error.json"), "utf8"),
    );
    expect(context).toMatchObject({ event: "failed", result: { success: false } });
  });

  it("run without the metadata that cannot be read, which the log says", async () => {
    await using test = await fleetWith({ after_run: [shell("cat >after.json")] });
    await writeFile(join(test.workspace("writer"), "metadata.json"), "no JSON");
    await using fleet = test.manager();
    const warnings: string[] = [];
    fleet.on("log", ({ level, message }) => level === "warn" && warnings.push(message));
    await fleet.initialize();
    const { id } = await fleet.trigger("writer");
    expect((await fleet.waitForJob(id)).result?.hooks).toMatchObject([{ success: true }]);
    expect(warnings).toEqual([expect.stringContaining("metadata.json cannot be read")]);
  });

  it("are told of a job that cannot even start", async () => {
    await using test = await fleetWith({ on_error: [shell("cat >error.json")] });
    await using fleet = test.manager({ claudePath: "/nowhere/claude" });
    await fleet.initialize();
    const { id } = await fleet.trigger("writer");
    expect(await fleet.waitForJob(id)).toMatchObject({ error: { code: "CLAUDE_NOT_FOUND" } });
    expect(exists(test, "error.json")).toBe(true);
  });

  it.each(["before_run", "after_run"])("end with a job that is cancelled in %s", async (phase) => {
    await using test = await fleetWith({
      [phase]: [shell("touch started; setsid sleep 60 & sleep 60"), shell("touch second")],
      on_error: [shell("touch error")],
    });
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("writer");
    await expect.poll(() => exists(test, "started")).toBe(true);
    await fleet.cancelJob(id);
    const job = fleet.getJob(id);
    expect(job).toMatchObject({ status: "cancelled", exitReason: "cancelled" });
    expect(processesOf(id)).toEqual([]);
    expect(exists(test, "second")).toBe(false);
    expect(exists(test, "error")).toBe(false);
    if (phase === "after_run") {
      expect(job.output).toContain("Written.");
      expect(job.sessionId).toBeDefined();
    }
  });
});

describe("hooks and a daemon that is killed", () => {
  it("a run that was over keeps its end; a hook that may be done is not run again, the rest is", async () => {
    await using test = await fleetWith({
      after_run: [
        shell("echo ran >>first"),
        shell("echo ran >>second; touch started; sleep 60"),
        shell("echo ran >>third"),
      ],
      on_error: [shell("touch error")],
    });
    const jobId = await killDaemonWhen(test, "writer", () => exists(test, "started"));

    await using next = test.manager();
    await next.initialize();
    await next.start();
    const job = await next.waitForJob(jobId);
    expect(job).toMatchObject({ status: "completed", exitReason: "success" });
    expect(job.result).toMatchObject({ summary: "Written." });
    expect(job.result?.hooks).toMatchObject([
      { index: 0, success: true },
      { index: 1, success: false, error: expect.stringContaining("not run again") },
      { index: 2, success: true },
    ]);
    const lines = (name: string): string =>
      readFileSync(join(test.workspace("writer"), name), "utf8");
    expect([lines("first"), lines("second"), lines("third")]).toEqual(["ran\n", "ran\n", "ran\n"]);
    expect(processesOf(jobId)).toEqual([]);
    expect(exists(test, "error")).toBe(false);
  });

  it("does not repeat a hook whose end nobody knows, and on_error hears of it", async () => {
    await using test = await fleetWith({
      before_run: [shell("touch started; sleep 60")],
      on_error: [shell("cat >error.json")],
    });
    const jobId = await killDaemonWhen(test, "writer", () => exists(test, "started"));
    await rm(join(test.workspace("writer"), "started"));

    await using next = test.manager();
    await next.initialize();
    await next.start();
    expect(await next.waitForJob(jobId)).toMatchObject({ exitReason: "rejected" });
    expect(exists(test, "error.json")).toBe(true);
    expect(exists(test, "started")).toBe(false);
    expect(processesOf(jobId)).toEqual([]);
  });
});
