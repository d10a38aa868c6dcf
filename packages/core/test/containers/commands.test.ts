import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { processesOf } from "../fleet-manager/processes.ts";
import { createContainedFleet } from "./contained-fleet.ts";
import { containersOf, noEngine } from "./engine.ts";

const checks = (...commands: readonly string[]) => ({
  expect: commands.map((command) => ({ command, timeout: "120s" })),
});

describe.skipIf(noEngine)("the commands of an agent in a container", () => {
  it("check its work in one of the same kind, and see nothing else", async () => {
    await using test = await createContainedFleet({
      runtime: "sdk",
      script: script().tool("Bash", { command: "echo made >made" }).text("done"),
      agent: checks(
        `test "$(pwd)" = /workspace && grep made made`,
        `test -z "$ANTHROPIC_API_KEY" && ! test -e '${process.cwd()}' && echo "it's in" >checked`,
        "echo told >&2; exit 3",
      ),
    });
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    const job = await fleet.waitForJob(id);
    expect(job).toMatchObject({ status: "failed", exitReason: "unverified" });
    expect(job.result?.expect?.map(({ success, error }) => [success, error])).toEqual([
      [true, undefined],
      [true, undefined],
      [false, "exit code 3: told"],
    ]);
    expect(await containersOf(id)).toEqual([]);
    expect(processesOf(id)).toEqual([]);
  });

  it("end with everything that they start when their time is over", async () => {
    await using test = await createContainedFleet({
      runtime: "sdk",
      script: script().text("done"),
      agent: { expect: [{ command: "setsid sleep 60 & sleep 60", timeout: "2s" }] },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    expect(await fleet.waitForJob(id)).toMatchObject({ exitReason: "unverified" });
    expect(await containersOf(id)).toEqual([]);
    expect(processesOf(id)).toEqual([]);
  });

  it("open and close its schedules", async () => {
    await using test = await createContainedFleet({
      runtime: "sdk",
      script: script().text("done"),
      agent: {
        schedules: {
          often: {
            type: "interval",
            interval: "1h",
            when: { command: "test -e /workspace/wanted" },
          },
        },
      },
    });
    await mkdir(test.workspace("a"), { recursive: true });
    await writeFile(join(test.workspace("a"), "wanted"), "");
    await using fleet = test.manager();
    await fleet.initialize();
    await fleet.start();
    await expect.poll(() => fleet.getJobs({ agentName: "a" })[0]?.status).toBe("completed");
  });
});

const shell = (command: string) => ({ type: "shell", command });

describe.skipIf(noEngine)("the hooks of an agent in a container", () => {
  it("run in one of the same kind, where its own file brings them along", async () => {
    await using test = await createContainedFleet({
      runtime: "sdk",
      script: script()
        .tool("Bash", { command: `echo '{"publish":"it"}' >metadata.json` })
        .text("done"),
      agent: {
        env: { GREETING: "hello" },
        hooks: {
          before_run: [shell(`pwd; ! test -e '${process.cwd()}' && cat >before.json`)],
          after_run: [
            shell(
              'cat >after.json; echo "$HERDCTL_EVENT $HERDCTL_JOB_ID $GREETING$ANTHROPIC_API_KEY"',
            ),
            { ...shell("echo no >&2; exit 3"), continue_on_error: false },
          ],
          on_error: [shell("exit 5")],
        },
      },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    const job = await fleet.waitForJob(id);
    expect(job).toMatchObject({
      status: "failed",
      error: { message: expect.stringContaining("exit code 3: no") },
    });
    expect(job.result?.hooks).toMatchObject([
      { phase: "before_run", success: true, output: "/workspace\n" },
      { phase: "after_run", success: true, output: `completed ${id} hello\n` },
      { phase: "after_run", success: false, exitCode: 3 },
      { phase: "on_error", success: false, exitCode: 5 },
    ]);
    const told = await readFile(join(test.workspace("a"), "after.json"), "utf8");
    expect(JSON.parse(told)).toMatchObject({
      event: "completed",
      job: { id, sessionId: job.sessionId },
      metadata: { publish: "it" },
    });
    expect(await containersOf(id)).toEqual([]);
    expect(processesOf(id)).toEqual([]);
  });

  it("run on the host where the fleet file gives them, out of reach of the agent's variables", async () => {
    await using test = await createContainedFleet({
      runtime: "sdk",
      script: script().text("done"),
      agent: { env: { BASH_ENV: "/evil", GREETING: "evil" } },
      defaults: {
        hooks: {
          after_run: [shell(`test -e '${process.cwd()}' && pwd && echo "$GREETING$BASH_ENV"`)],
        },
      },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    const { result } = await fleet.waitForJob(id);
    expect(result?.hooks).toMatchObject([{ success: true, output: `${test.workspace("a")}\n\n` }]);
  });

  it("end with the job that is cancelled meanwhile", async () => {
    await using test = await createContainedFleet({
      runtime: "sdk",
      script: script().text("done"),
      agent: {
        hooks: {
          before_run: [{ ...shell("touch began; setsid sleep 300 & sleep 300"), timeout: "5m" }],
        },
      },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    await expect.poll(() => existsSync(join(test.workspace("a"), "began"))).toBe(true);
    await fleet.cancelJob(id);
    expect(fleet.getJob(id).status).toBe("cancelled");
    expect(await containersOf(id)).toEqual([]);
    expect(processesOf(id)).toEqual([]);
  });
});
