import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createTestFleet, script, type TestFleet } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { processesOf } from "./processes.ts";

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
    const daemon = startDaemon(test);
    await message(daemon, "ready");
    daemon.send("a");
    const jobId = await message(daemon, "started");
    await expect.poll(() => processesOf(jobId).length, { timeout: 15_000 }).toBeGreaterThan(3);
    daemon.kill("SIGKILL");
    await once(daemon, "exit");

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
    expect(existsSync(join(test.workspace("a"), "second.txt"))).toBe(false);
    const again = await next.trigger("a", undefined, { promptOverride: "<plain>" });
    await next.cancelJob(again.id);
  });

  it("loses no job that it had accepted", async () => {
    await using test = await createTestFleet({
      agents: { a: { default_prompt: "x" } },
      scripts: { a: script().wait(400).text("done") },
    });
    const daemon = startDaemon(test);
    await message(daemon, "ready");
    for (let count = 0; count < 3; count++) daemon.send("a");
    await message(daemon, "started");
    daemon.kill("SIGKILL");
    await once(daemon, "exit");
    await using next = test.manager();
    await next.initialize();
    const accepted = next.getJobs();
    expect(accepted.length).toBeGreaterThan(0);
    await next.start();
    const ended = await Promise.all(accepted.map(({ id }) => next.waitForJob(id)));
    const outcomes = ended.map((job) => job.exitReason);
    expect(outcomes.filter((reason) => reason === "interrupted").length).toBeLessThanOrEqual(1);
    expect(new Set(outcomes)).toEqual(new Set(["success", "interrupted"]));
  });
});

function startDaemon(test: TestFleet): ChildProcess {
  return fork(join(import.meta.dirname, "daemon.ts"), [test.configPath, test.stateDir], {
    env: { PATH: process.env.PATH, ...test.env },
    execArgv: ["--conditions=herdctl-source"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
}

/** The value of the next message of this kind. */
async function message(daemon: ChildProcess, kind: string): Promise<string> {
  for (;;) {
    const [said] = (await once(daemon, "message")) as [Record<string, unknown>];
    if (kind in said) return String(said[kind]);
  }
}
