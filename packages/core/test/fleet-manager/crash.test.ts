import { once } from "node:events";
import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { createTestFleet, inPrompt, script, type TestFleet } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { createJobId } from "../../src/ids.ts";
import { StateManager } from "../../src/state/manager.ts";
import { processesOf } from "./processes.ts";
import { killDaemonWhen, startDaemon } from "./start-daemon.ts";

const earlierBoot = "earlier";

/** A job whose claude began, and then its owner died with it. */
async function abandonJob(
  test: TestFleet,
  {
    agentName,
    workingDirectory,
  }: { readonly agentName: string; readonly workingDirectory: string },
): Promise<string> {
  const state = await StateManager.open({ stateDir: test.stateDir });
  const id = createJobId(Date.now());
  const { jobs } = state.store;
  const asked = { id, agentName, workingDirectory, trigger: "manual", prompt: "x" } as const;
  await jobs.enqueue({ ...asked, priority: 0, runtime: "sdk" });
  await jobs.admit({
    node: `${hostname()}/${earlierBoot}/1/1`,
    leaseUntil: new Date(0).toISOString(),
    perAgent: { [agentName]: 1 },
  });
  const process = { pid: 1, startTicks: 1, bootId: earlierBoot, marker: id };
  const launch = { process, at: new Date().toISOString() };
  await jobs.update({ id, fence: 1 }, { launch });
  await state.close();
  return id;
}

const python = (code: string): string => `python3 -c "import time; ${code}"`;

describe("a daemon that is killed", () => {
  it("leaves a free lock, a readable store and no process; its job is interrupted", async () => {
    await using test = await createTestFleet({
      agents: { a: { default_prompt: "x", permission_mode: "bypassPermissions" } },
      scripts: {
        a: script()
          .text("Starting.")
          .tool("Bash", {
            command: `setsid ${python("time.sleep(60)")} & ${python("time.sleep(60)")}`,
          })
          .tool("Write", { file_path: "second.txt", content: "must not happen" })
          .text("done"),
      },
    });
    const jobId = await killDaemonWhen(test, "a", (id) => processesOf(id).length > 3);

    await using next = test.manager();
    const ends: string[] = [];
    next.on("job:failed", ({ jobId: id }) => ends.push(id));
    await next.initialize();
    expect(next.getJob(jobId).status).toBe("running");
    await next.start();
    expect(processesOf(jobId)).toEqual([]);
    expect(next.getJob(jobId)).toMatchObject({ status: "failed", exitReason: "interrupted" });
    expect(next.getJob(jobId).output).toContain("Starting.");
    expect(ends).toEqual([jobId]);
    const { size } = statSync(join(test.stateDir, "jobs", `${jobId}.jsonl`));
    expect(size).toBeGreaterThan(0);
    expect(next.getStatus().storage.outputBytes).toBe(size);
    expect(existsSync(join(test.workspace("a"), "second.txt"))).toBe(false);
    const { sessionId = "" } = next.getJob(jobId);
    const sessions = await next.getSessions({ agentName: "a" });
    expect(sessions).toMatchObject([{ sessionId, jobId }]);
    const again = await next.trigger("a", undefined, { promptOverride: "<plain>" });
    await next.cancelJob(again.id);
  });

  it("leaves nothing of an agent in a container that git would obey when hooks run on the host", async () => {
    const command = "if test -e .git/commondir; then touch obeyed; else touch free; fi";
    await using test = await createTestFleet({
      agents: { a: "name: a\n" },
      fleet: { defaults: { docker: true, hooks: { on_error: [{ type: "shell", command }] } } },
      files: { "agents/.git/commondir": "../evil\n" },
    });
    const workingDirectory = join(test.dir, "agents");
    const jobId = await abandonJob(test, { agentName: "a", workingDirectory });
    await using next = test.manager();
    await next.initialize();
    await next.start();
    expect(next.getJob(jobId)).toMatchObject({ status: "failed", exitReason: "interrupted" });
    expect(next.getJob(jobId).result?.hooks).toMatchObject([{ success: true }]);
    expect(existsSync(join(workingDirectory, "free"))).toBe(true);
    expect(existsSync(join(workingDirectory, ".git/commondir"))).toBe(false);
  });

  it("has its interrupted job resumed in the same session where the policy says so", async () => {
    await using test = await createTestFleet({
      agents: {
        a: {
          permission_mode: "bypassPermissions",
          retry: { max_attempts: 2, backoff: "10ms", on_interrupt: "resume" },
          default_prompt: inPrompt(
            script()
              .text("Starting.")
              .tool("Bash", { command: python("time.sleep(60)") }),
          ),
        },
      },
      scripts: { a: script().text("finished after all") },
    });
    await using daemon = startDaemon(test);
    const jobId = await daemon.trigger("a");
    await expect.poll(() => processesOf(jobId).length).toBeGreaterThan(2);
    await daemon.said("tool_use");
    await daemon.kill();
    await using next = test.manager();
    await next.initialize();
    const session = next.getJob(jobId).sessionId;
    await next.start();
    const job = await next.waitForJob(jobId);
    expect(job).toMatchObject({ status: "completed", attempt: 2, sessionId: session });
    expect(job.output).toContain("Starting.");
    expect(job.output).toContain("finished after all");
  });

  it("does not ask again for work that had begun and was not in the output yet", async () => {
    await using test = await createTestFleet({
      agents: {
        a: {
          permission_mode: "bypassPermissions",
          retry: { max_attempts: 2, backoff: "10ms", on_interrupt: "resume" },
          default_prompt: inPrompt(script().tool("Bash", { command: "echo x >>done" }).text("no")),
        },
      },
      scripts: { a: script().text("went on") },
    });
    await using daemon = startDaemon(test, "dies-at-tool.ts");
    const jobId = await daemon.said("started");
    await once(daemon.process, "exit");
    await using next = test.manager();
    await next.initialize();
    await next.start();
    const job = await next.waitForJob(jobId);
    expect(job).toMatchObject({ status: "completed", attempt: 2, output: "went on\n" });
    const done = join(test.workspace("a"), "done");
    // Ended with its daemon, the command may have opened the file and not come to write.
    expect(["", "x\n"]).toContain(existsSync(done) ? readFileSync(done, "utf8") : "");
  });

  it("loses no job that it had accepted", async () => {
    await using test = await createTestFleet({
      agents: { a: { default_prompt: "x" } },
      scripts: { a: script().wait(400).text("done") },
    });
    await using daemon = startDaemon(test);
    await daemon.said("ready");
    for (let count = 0; count < 3; count++) daemon.process.send("a");
    await daemon.said("started");
    await daemon.kill();
    await using next = test.manager();
    await next.initialize();
    const accepted = next.getJobs();
    expect(accepted.length).toBeGreaterThan(0);
    await next.start();
    const ended = await Promise.all(accepted.map(({ id }) => next.waitForJob(id)));
    const outcomes = ended.map((job) => job.exitReason);
    // Only what had begun, and at most one had.
    const others = outcomes.filter((reason) => reason !== "success");
    expect([[], ["interrupted"]]).toContainEqual(others);
  });

  it("begins anew where claude had not begun", async () => {
    const waits = "touch started; while [ -e hold ]; do sleep 0.1; done";
    await using test = await createTestFleet({
      agents: {
        a: {
          default_prompt: "x",
          hooks: { before_run: [{ type: "shell", command: waits, idempotent: true }] },
        },
      },
      files: { "workspaces/a/hold": "" },
      scripts: { a: script().text("done") },
    });
    const inWorkspace = (name: string): string => join(test.workspace("a"), name);
    const jobId = await killDaemonWhen(test, "a", () => existsSync(inWorkspace("started")));
    rmSync(inWorkspace("hold"));

    await using next = test.manager();
    await next.initialize();
    await next.start();
    expect(await next.waitForJob(jobId)).toMatchObject({ status: "completed", attempt: 2 });
  });
});
