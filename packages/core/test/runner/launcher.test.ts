import { once } from "node:events";
import { mkdtemp, readFile, rm, symlink, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isAlive } from "../../src/processes/process-record.ts";
import { readProcess } from "../../src/processes/process-table.ts";
import { findJobProcesses } from "../../src/processes/reap.ts";
import { startChild } from "../child.ts";
import { eventually, launchScript, shellLauncher, uniqueJobId } from "./processes.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "herdctl-launcher-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the gate", () => {
  it.each([true, false])(
    "lets nothing happen before the record is stored (lifeline: %s)",
    async (lifeline) => {
      const stored = Promise.withResolvers<void>();
      const { started, record, output } = launchScript("echo started", {
        lifeline,
        onRecord: () => stored.promise,
      });
      expect(isAlive(record)).toBe(true);
      expect(output()).toBe("");

      stored.resolve();
      await once(started.stdout, "close");
      expect(output()).toBe("started\n");
    },
  );

  it("starts nothing when the record cannot be stored, and says why", async () => {
    const { started, output } = launchScript("echo started", {
      onRecord: () => Promise.reject(new Error("disk full")),
    });
    const failed = Promise.withResolvers<Error>();
    started.once("error", failed.resolve);
    const exited = new Promise<number | null>((resolve) => started.once("exit", resolve));
    expect((await failed.promise).message).toBe("disk full");
    expect(await exited).toBe(75);
    expect(output()).toBe("");
  });

  it("hands stdin, arguments, exit code and environment through unchanged", async () => {
    const { started, output } = launchScript(
      `cat; printf '%s|' "$0" "$GREETING" "$HERDCTL_JOB"; exit 3`,
      {
        env: { PATH: process.env["PATH"] ?? "", GREETING: "a 'b' \"c\" $d" },
        jobId: "job-hands-through",
      },
    );
    const exited = new Promise<number | null>((resolve) => started.once("exit", resolve));
    started.stdin.end("in");
    await once(started.stdout, "close");
    expect(output()).toBe(`in/bin/sh|a 'b' "c" $d|job-hands-through|`);
    expect(await exited).toBe(3);
  });

  it.each(["späße and 日本語", "with 'quotes' $HOME"])(
    "works in a folder called %s",
    async (name) => {
      const real = join(folder, name);
      const link = join(folder, `link to ${name}`);
      await mkdir(real);
      await symlink(real, link);
      const { started, output } = launchScript("pwd -P", { cwd: link });
      await once(started.stdout, "close");
      expect(output().trim()).toBe(real);
    },
  );

  it("names the folder when it cannot be entered", () => {
    expect(() => launchScript("true", { cwd: join(folder, "missing") })).toThrow(/missing/);
  });

  it("names the job in the process list, and no prompt or secret", async () => {
    const jobId = uniqueJobId();
    const env = { PATH: process.env["PATH"] ?? "", TOKEN: "s3cret" };
    const launcher = shellLauncher(jobId, { env, agentName: "sub.writer" });
    const started = launcher.start({ command: "sleep", args: ["60"], env: launcher.env });
    const list = await eventually(() => {
      const lines = findJobProcesses(started.record).map(commandLine);
      return lines.length === 2 && lines.includes("sleep 60") ? lines.join("\n") : undefined;
    }, "claude and its watcher");
    expect(list).toContain(`herdctl:sub.writer:${jobId}`);
    expect(list).not.toContain("s3cret");
    await started.end(0);
  });
});

describe("the end of a process", () => {
  it("takes tools, watcher and all", async () => {
    const { started, record, output } = launchScript(
      `setsid sh -c 'echo $$; sleep 60' & echo $$; wait`,
    );
    await eventually(() => output().split("\n").length > 2, "both pids");
    expect(await started.end(200)).toEqual([]);
    expect(findJobProcesses(record)).toEqual([]);
    expect(started.signalCode ?? started.exitCode).not.toBeNull();
  });

  it("leaves no watcher behind after a normal exit", async () => {
    const { started, record } = launchScript("exit 0");
    await once(started.stdout, "close");
    await eventually(() => findJobProcesses(record).length === 0, "the watcher's end");
  });
});

describe("the lifeline", () => {
  it.each([
    ["obeys SIGINT", `trap 'exit 0' INT`, 1_500],
    ["ignores SIGINT", `trap '' INT TERM`, 8_000],
  ])(
    "ends a claude that %s, and its tools, when herdctl is killed",
    async (_what, onInt, limit) => {
      const file = join(folder, `second-tool-${limit}`);
      const script = `${onInt}; setsid sh -c 'echo tool $$; sleep 60' & sleep 0.3; echo ready; while :; do sleep 0.1; done; touch '${file}'`;
      const args = [uniqueJobId(), script];
      const parent = startChild("runner/children/start-piped.ts", { args });
      const record = JSON.parse(await parent.next());
      const tool = Number(/^tool (\d+)$/.exec(await parent.next())?.[1]);
      expect(await parent.next()).toBe("ready");

      await parent.kill();
      await eventually(
        () => !isAlive(record) && (readProcess(tool)?.zombie ?? true),
        "their end",
        limit,
      );
      await eventually(() => findJobProcesses(record).length === 0, "the watcher's end");
      await expect(readFile(file)).rejects.toThrow(/ENOENT/);
    },
  );
});

function commandLine(pid: number): string {
  const { readFileSync } = process.getBuiltinModule("node:fs");
  return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
}
