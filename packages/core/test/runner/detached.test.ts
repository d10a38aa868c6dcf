import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isAlive } from "../../src/processes/process-record.ts";
import { findJobProcesses } from "../../src/processes/reap.ts";
import type { ClaudeProcess } from "../../src/runner/runtime/interface.ts";
import type { LocalLauncherOptions } from "../../src/runner/runtime/launcher.ts";
import { type AttemptFiles, attemptFiles } from "../../src/state/attempt-files.ts";
import { startChild } from "../child.ts";
import { eventually, shellLauncher, uniqueJobId } from "./processes.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "herdctl-detached-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function newFiles(jobId: string): Promise<AttemptFiles> {
  const files = attemptFiles(folder, jobId, 1);
  await mkdir(files.dir, { recursive: true });
  return files;
}

/** Starts a shell script where claude would be. */
async function start(
  script: string,
  options: Partial<LocalLauncherOptions> & { readonly prompt?: string } = {},
): Promise<{ readonly claude: ClaudeProcess; readonly files: AttemptFiles }> {
  const { prompt, ...launch } = options;
  const jobId = options.jobId ?? uniqueJobId();
  const files = await newFiles(jobId);
  if (prompt !== undefined) await writeFile(files.prompt, prompt);
  const launcher = shellLauncher(jobId, { cwd: folder, ...launch });
  const claude = await launcher.startDetached(
    { command: "/bin/sh", args: ["-c", script, "claude"], env: launcher.env },
    files,
  );
  return { claude, files };
}

const read = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8") : "");
const ended = (claude: ClaudeProcess): Promise<boolean> =>
  eventually(() => !claude.isAlive(), "its end");

describe("a claude with files for stdio", () => {
  it("reads its prompt, appends what it says, and nobody else may read that", async () => {
    const jobId = uniqueJobId();
    const files = await newFiles(jobId);
    await writeFile(files.stdout, "before\n");
    const { claude } = await start("cat; echo oh >&2", { jobId, prompt: "Do 'it'.\n" });
    await ended(claude);
    expect(read(files.stdout)).toBe("before\nDo 'it'.\n");
    expect(read(files.stderr)).toBe("oh\n");
    expect((await stat(files.stderr)).mode & 0o777).toBe(0o600);
  });

  it("has nothing to read where there is no prompt", async () => {
    const { claude, files } = await start("cat; echo done");
    await ended(claude);
    expect(read(files.stdout)).toBe("done\n");
  });

  it("has the environment that it was given, whatever its names", async () => {
    const env = { PATH: process.env["PATH"] ?? "", now: "1", left: "2", stat: "3", born: "4" };
    const { claude, files } = await start(
      `printf '%s|' "$now" "$left" "$stat" "$born" "$HERDCTL_JOB"; command -v read <&3`,
      { env, jobId: "job-environment", timeout: 60_000 },
    );
    await ended(claude);
    expect(read(files.stdout)).toBe("1|2|3|4|job-environment|");
    expect(read(files.stderr)).toContain("3");
    await claude.end(0);
  });

  it("does nothing before its record is stored", async () => {
    const stored = Promise.withResolvers<void>();
    const jobId = uniqueJobId();
    const recorded = Promise.withResolvers<void>();
    const starting = start("echo begun", {
      jobId,
      onRecord: (record) => {
        expect(isAlive(record)).toBe(true);
        recorded.resolve();
        return stored.promise;
      },
    });
    await recorded.promise;
    const { stdout } = attemptFiles(folder, jobId, 1);
    expect(read(stdout)).toBe("");
    stored.resolve();
    await ended((await starting).claude);
    expect(read(stdout)).toBe("begun\n");
  });

  it("never begins when its record cannot be stored", async () => {
    const jobId = uniqueJobId();
    let pid = 0;
    await expect(
      start("echo begun", {
        jobId,
        onRecord: (record) => {
          pid = record.pid;
          return Promise.reject(new Error("disk full"));
        },
      }),
    ).rejects.toThrow("disk full");
    await eventually(() => !existsSync(`/proc/${pid}/cmdline`), "the end of the gate");
    expect(read(attemptFiles(folder, jobId, 1).stdout)).toBe("");
  });

  it("is refused for a folder that does not exist", async () => {
    await expect(start("true", { cwd: join(folder, "missing") })).rejects.toMatchObject({
      code: "WORKING_DIRECTORY",
    });
  });

  it("tells how it ended", async () => {
    const { claude } = await start("exit 3");
    await ended(claude);
    await eventually(() => claude.exitCode !== null, "its exit code");
    expect([claude.exitCode, claude.signalCode]).toEqual([3, null]);
  });

  it("is interrupted, and ended with its tools, by record", async () => {
    const { claude, files } = await start(
      `trap 'echo stopped; exit 0' INT; setsid sleep 300 & echo ready; while :; do sleep 0.1; done`,
    );
    await eventually(() => read(files.stdout).includes("ready"), "its start");
    const joined = shellLauncher("job-of-another").attach(claude.record);
    expect(joined.isAlive()).toBe(true);
    joined.interrupt();
    await ended(joined);
    expect(read(files.stdout)).toContain("stopped");
    expect([joined.exitCode, joined.signalCode]).toEqual([null, null]);
    expect(findJobProcesses(claude.record)).toHaveLength(1);
    expect(await joined.end(0)).toEqual([]);
    expect(findJobProcesses(claude.record)).toEqual([]);
  });
});

/** Starts it in a process of its own, which can die. */
async function startElsewhere(script: string, timeout?: number) {
  const jobId = uniqueJobId();
  const files = await newFiles(jobId);
  const limit = timeout === undefined ? [] : [String(timeout)];
  const args = [jobId, script, JSON.stringify(files), ...limit];
  const parent = startChild("runner/children/start-detached.ts", { args });
  return { parent, files, claude: shellLauncher(jobId).attach(JSON.parse(await parent.next())) };
}

describe("a claude that outlives herdctl", () => {
  it.each(["is killed", "ends in good order"])(
    "goes on and says everything when herdctl %s",
    async (how) => {
      const said = Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join("");
      const { parent, files, claude } = await startElsewhere(
        `for i in $(seq 0 19); do echo "line $i"; sleep 0.1; done; setsid echo end >&2`,
      );
      await eventually(() => read(files.stdout).includes("line 1"), "its start");
      if (how === "ends in good order") {
        parent.process.stdin?.end("\n");
        await once(parent.process, "exit");
      }
      await parent.kill();
      expect(claude.isAlive()).toBe(true);
      await ended(claude);
      expect(read(files.stdout)).toBe(said);
      expect(read(files.stderr)).toBe("end\n");
    },
  );

  it("is ended with its tools when its time is over", async () => {
    const { parent, files, claude } = await startElsewhere(
      `trap '' INT; setsid sleep 300 & echo ready; while :; do sleep 0.1; done`,
      -10_000,
    );
    await eventually(() => read(files.stdout).includes("ready"), "its start");
    await parent.kill();
    await ended(claude);
    await eventually(() => findJobProcesses(claude.record).length === 0, "its tools' end");
  });

  it("leaves no timer behind when it ends before", async () => {
    const { parent, claude } = await startElsewhere("exit 0", 3_600_000);
    await parent.kill();
    await ended(claude);
    await eventually(() => findJobProcesses(claude.record).length === 0, "the timer's end");
  });

  it("is ended at once by whoever owns it, timer and all", async () => {
    const { claude } = await start("sleep 300", { timeout: 3_600_000 });
    await eventually(() => findJobProcesses(claude.record).length >= 2, "the timer");
    expect(await claude.end(500)).toEqual([]);
    expect(findJobProcesses(claude.record)).toEqual([]);
  });
});
