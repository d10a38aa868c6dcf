import { once } from "node:events";
import { chmodSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { createTestFleet, inPrompt, script, type TestFleet } from "@herdctl/testing";
import { assert, describe, expect, it } from "vitest";
import type { FleetManager } from "../../src/fleet-manager/fleet-manager.ts";
import { RuntimeFactory } from "../../src/runner/runtime/factory.ts";
import type { Launcher, RuntimeInterface } from "../../src/runner/runtime/interface.ts";
import { result } from "../runner/messages.ts";
import { processesOf } from "./processes.ts";
import { startDaemon } from "./start-daemon.ts";

const busy = script()
  .text("Starting.")
  .tool("Bash", {
    command:
      'setsid python3 -c "import time; time.sleep(60)" & python3 -c "import time; time.sleep(60)"',
  })
  .text("never");

const agents = { a: { default_prompt: "x", permission_mode: "bypassPermissions" } };

describe("cancel", () => {
  it("ends everything the job started, then records it, with its partial output and session", async () => {
    await using test = await createTestFleet({ agents, scripts: { a: busy } });
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    for await (const line of fleet.streamJobLines(id)) if (line.type === "tool_use") break;
    await expect.poll(() => processesOf(id).length).toBeGreaterThan(3);
    const cancelled = once(fleet, "job:cancelled");
    await Promise.all([fleet.cancelJob(id), fleet.cancelJob(id)]);
    expect(processesOf(id)).toEqual([]);
    const job = fleet.getJob(id);
    expect(job).toMatchObject({
      status: "cancelled",
      exitReason: "cancelled",
      cancelCause: "user",
    });
    expect(job.output).toContain("Starting.");
    expect(job.sessionId).toBeDefined();
    expect(await cancelled).toEqual([{ jobId: id, reason: "user" }]);
    await expect(fleet.cancelJob(id)).rejects.toMatchObject({ code: "INVALID_STATE" });
  });

  it("from another process reaches the owner", async () => {
    await using test = await createTestFleet({ agents, scripts: { a: script().stall() } });
    await using owner = test.manager();
    await using other = test.manager();
    await owner.initialize();
    await other.initialize();
    const { id } = await owner.trigger("a");
    await expect.poll(() => other.getJob(id).status).toBe("running");
    await other.cancelJob(id);
    expect(other.getJob(id).status).toBe("cancelled");
    expect(processesOf(id)).toEqual([]);
  });

  it("is carried out by whoever asked for it when the owner dies over it", async () => {
    await using test = await createTestFleet({ agents, scripts: { a: busy } });
    await using owner = startDaemon(test);
    await using other = test.manager();
    await other.initialize();
    const id = await owner.trigger("a");
    await expect.poll(() => processesOf(id).length).toBeGreaterThan(3);
    owner.process.kill("SIGSTOP");
    const cancelled = other.cancelJob(id);
    await expect.poll(() => other.getJob(id).cancelCause).toBe("user");
    await owner.kill();
    await cancelled;
    expect(other.getJob(id)).toMatchObject({ status: "cancelled", exitReason: "cancelled" });
    expect(processesOf(id)).toEqual([]);
  });

  it("takes a queued job out of the queue", async () => {
    await using test = await createTestFleet({ agents, scripts: { a: script().stall() } });
    await using fleet = test.manager();
    await fleet.initialize();
    const first = await fleet.trigger("a");
    const second = await fleet.trigger("a");
    await fleet.cancelJob(second.id);
    expect(fleet.getJob(second.id)).toMatchObject({ status: "cancelled", attempt: 0 });
    await fleet.cancelJob(first.id);
    expect(fleet.getQueue().total).toBe(0);
  });
});

describe("cancel while a job starts", () => {
  it.each([0, 1, 2, 4, 8, 16, 32, 64, 128, 256])(
    "ends it %d turns of the event loop after its trigger",
    async (turns) => {
      await using test = await createTestFleet({ agents, scripts: { a: script().stall() } });
      await using fleet = test.manager();
      await fleet.initialize();
      const { id } = await fleet.trigger("a");
      for (let turn = 0; turn < turns; turn++) await setImmediate();
      await fleet.cancelJob(id);
      expectCancelled(fleet, id);
      const promptOverride = inPrompt(script().text("done"));
      const next = await fleet.trigger("a", undefined, { promptOverride });
      expect(await fleet.waitForJob(next.id)).toMatchObject({ status: "completed" });
    },
  );

  it("ends a clone, and leaves nothing of it", async () => {
    await using test = await createTestFleet({
      agents: {
        a: { ...agents.a, working_directory: { root: "../clones" }, repo: "../origin" },
      },
    });
    const env = await withProgram(
      test,
      "git",
      'for folder; do :; done; mkdir "$folder"; cd "$folder"',
    );
    await using fleet = test.manager({ env });
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    await hasStarted(test);
    expect(processesOf(id)).not.toEqual([]);
    await fleet.cancelJob(id);
    expectCancelled(fleet, id);
    expect(readdirSync(join(test.dir, "clones"))).toEqual([]);
  });

  it("ends a claude that is recorded and has not said anything", async () => {
    await using test = await createTestFleet({ agents });
    const env = await withProgram(test, "silent-claude", "");
    await using fleet = test.manager({ env, claudePath: "silent-claude" });
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    await hasStarted(test);
    await fleet.cancelJob(id);
    expectCancelled(fleet, id);
    expect(fleet.getJob(id).output).toBe("");
  });

  it("keeps a claude that is not recorded yet from beginning", async () => {
    await using test = await createTestFleet({ agents, scripts: { a: script().text("never") } });
    const cancelled = Promise.withResolvers<void>();
    await using fleet = test.manager({
      runtimeFactory: (agent, options) =>
        onStart(RuntimeFactory.create(agent, options), (id) => {
          cancelled.resolve(fleet.cancelJob(id));
        }),
    });
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    await cancelled.promise;
    expectCancelled(fleet, id);
    expect(test.server.requests).toEqual([]);
  });

  it("keeps a process that comes when all is over from beginning, and looks after nothing", async () => {
    await using test = await createTestFleet({ agents });
    const launchers: Launcher[] = [];
    await using fleet = test.manager({
      runtimeFactory: () => ({
        async *execute({ launcher }) {
          launchers.push(launcher);
          yield result();
        },
      }),
    });
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    await fleet.waitForJob(id);
    const watches = (): number =>
      process.getActiveResourcesInfo().filter((resource) => resource.startsWith("FSEvent")).length;
    const before = watches();
    const file = join(test.dir, "late");
    const [launcher] = launchers;
    assert(launcher);
    const late = launcher.start({ command: "/bin/touch", args: [file], env: test.env });
    const exited = new Promise<void>((resolve) => late.once("exit", () => resolve()));
    const error = await new Promise<Error>((resolve) => late.once("error", resolve));
    expect(error.message).toContain(`job ${id} is over`);
    await exited;
    expect(existsSync(file)).toBe(false);
    expect(watches()).toBe(before);
  });

  it("takes it out of the line of those that wait for their launch", async () => {
    const others = 2 * availableParallelism();
    await using test = await createTestFleet({
      agents: { a: { ...agents.a, concurrency: others + 1 } },
    });
    const launched: string[] = [];
    await using fleet = test.manager({
      runtimeFactory: () => ({
        async *execute({ jobId, signal }) {
          launched.push(jobId);
          if (!signal.aborted) await once(signal, "abort");
          yield* [];
        },
      }),
    });
    await fleet.initialize();
    for (let count = 0; count < others; count++) await fleet.trigger("a");
    await expect.poll(() => launched.length).toBe(others);
    const { id } = await fleet.trigger("a");
    await expect.poll(() => fleet.getJob(id).status).toBe("running");
    await fleet.cancelJob(id);
    expect(fleet.getJob(id)).toMatchObject({ status: "cancelled", exitReason: "cancelled" });
    expect(fleet.getAgent("a").concurrency.running).toBe(others);
    await fleet.cancelAll();
    expect(launched).toHaveLength(others);
    expect(fleet.getStatus().jobs).toMatchObject({ active: 0, cancelled: others + 1 });
  });
});

function expectCancelled(fleet: FleetManager, id: string): void {
  expect(fleet.getJob(id)).toMatchObject({ status: "cancelled", exitReason: "cancelled" });
  expect(processesOf(id)).toEqual([]);
  expect(fleet.getAgent("a").concurrency.running).toBe(0);
}

/** Environment with a program that does this, says so with a file, and then nothing for a minute. */
async function withProgram(
  test: TestFleet,
  name: string,
  command: string,
): Promise<Record<string, string>> {
  const folder = join(test.dir, "programs");
  await mkdir(folder);
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${command}\n: >"${join(test.dir, "started")}"\nexec sleep 60\n`);
  chmodSync(file, 0o755);
  return { ...test.env, PATH: `${folder}:${test.env["PATH"]}` };
}

async function hasStarted(test: TestFleet): Promise<void> {
  await expect.poll(() => existsSync(join(test.dir, "started"))).toBe(true);
}

/** The runtime, with a word in between its start of a process and the record of it. */
function onStart(runtime: RuntimeInterface, tell: (jobId: string) => void): RuntimeInterface {
  return {
    execute: (options) =>
      runtime.execute({ ...options, launcher: announcing(options.launcher, options.jobId, tell) }),
  };
}

function announcing(inner: Launcher, jobId: string, tell: (jobId: string) => void): Launcher {
  return {
    ...inner,
    start(command) {
      const claude = inner.start(command);
      tell(jobId);
      return claude;
    },
  };
}
