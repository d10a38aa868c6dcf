import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { isAlive, recordProcess } from "../../src/processes/process-record.ts";
import { isMarked, readProcess, readProcessTable } from "../../src/processes/process-table.ts";
import { endProcesses, findJobProcesses } from "../../src/processes/reap.ts";
import type { ProcessRecord } from "../../src/state/job-record.ts";
import { eventually, uniqueJobId } from "./processes.ts";

const strangers: ChildProcess[] = [];

afterEach(() => {
  for (const child of strangers.splice(0)) child.kill("SIGKILL");
});

interface Job {
  readonly record: ProcessRecord;
  readonly marker: string;
  /** Pids that the script printed. */
  readonly pids: () => Promise<readonly number[]>;
}

function startJob(script: string, expectedPids: number): Job {
  const marker = uniqueJobId();
  const child = spawn("/bin/sh", ["-c", script], {
    detached: true,
    env: { PATH: process.env["PATH"], HERDCTL_JOB: marker },
    stdio: ["ignore", "pipe", "ignore"],
  });
  strangers.push(child);
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const numbers = (): number[] => output.split(/\s+/).filter(Boolean).map(Number);
  return {
    record: recordProcess(child.pid ?? 0, { marker }),
    marker,
    pids: () =>
      eventually(
        () => (numbers().length >= expectedPids ? numbers() : undefined),
        "the job's pids",
      ),
  };
}

const gone = (pid: number): boolean => readProcess(pid)?.zombie ?? true;
const quick = { graceMs: 300, termMs: 200 };

describe("endProcesses", () => {
  it.each([
    ["grandchildren", `sh -c 'echo $$; sleep 60 & echo $!; wait' & wait`, 2],
    [
      "a child that ignores SIGTERM",
      `sh -c 'trap "" TERM INT; echo $$; while :; do sleep 1; done' & wait`,
      1,
    ],
    ["a child in a session of its own", `setsid sh -c 'echo $$; sleep 60' & wait`, 1],
    [
      "a child in a session of its own that ignores every polite signal",
      `setsid sh -c 'trap "" TERM INT HUP; echo $$; while :; do sleep 1; done' & wait`,
      1,
    ],
    ["a daemon that forked twice", `(setsid sh -c 'echo $$; sleep 60' &) & sleep 60`, 1],
    [
      "a daemon whose parents are gone",
      `setsid sh -c '(setsid sh -c "echo \\$\\$; sleep 60" &)'; sleep 0.1; echo $$; sleep 60`,
      2,
    ],
    ["a child that wiped its environment", `setsid env -i sh -c 'echo $$; sleep 60' & wait`, 1],
  ])("ends %s", async (_what, script, count) => {
    const job = startJob(script, count);
    const pids = await job.pids();
    expect(pids.every((pid) => !gone(pid))).toBe(true);

    expect(await endProcesses(job.record, quick)).toEqual([]);

    expect(pids.filter((pid) => !gone(pid))).toEqual([]);
    expect(isAlive(job.record)).toBe(false);
    expect(findJobProcesses(job.record)).toEqual([]);
  });

  it("ends what a claude that is dead already has left behind", async () => {
    const job = startJob(`setsid sh -c 'echo $$; sleep 60' &`, 1);
    const [left = 0] = await job.pids();
    await eventually(() => !isAlive(job.record), "the leader's end");

    expect(findJobProcesses(job.record)).toContain(left);
    expect(await endProcesses(job.record, quick)).toEqual([]);
    expect(gone(left)).toBe(true);
  });

  it("asks claude with SIGINT and leaves it the grace", async () => {
    const job = startJob(`trap 'exit 0' INT; echo $$; while :; do sleep 0.05; done`, 1);
    await job.pids();
    expect(await endProcesses(job.record, { graceMs: 600_000 })).toEqual([]);
  });

  it("never touches a process that has the recorded pid but another start", async () => {
    const stranger = startJob(`echo $$; sleep 60`, 1);
    const [pid = 0] = await stranger.pids();
    const reused = {
      ...stranger.record,
      startTicks: stranger.record.startTicks - 1,
      marker: uniqueJobId(),
    };

    expect(isAlive(reused)).toBe(false);
    expect(await endProcesses(reused, quick)).toEqual([]);
    expect(gone(pid)).toBe(false);
  });

  it("never touches a process of an earlier boot", async () => {
    const stranger = startJob(`echo $$; sleep 60`, 1);
    const [pid = 0] = await stranger.pids();
    const earlier = { ...stranger.record, bootId: "another", marker: uniqueJobId() };

    expect(await endProcesses(earlier, quick)).toEqual([]);
    expect(gone(pid)).toBe(false);
  });

  it("leaves other jobs alone", async () => {
    const [one, other] = [startJob(`echo $$; sleep 60`, 1), startJob(`echo $$; sleep 60`, 1)];
    await one.pids();
    const [pid = 0] = await other.pids();
    await endProcesses(one.record, quick);
    expect(gone(pid)).toBe(false);
  });

  it("never ends itself, even when it carries the marker", async () => {
    const program = `
      import { recordProcess } from "${new URL("../../src/processes/process-record.ts", import.meta.url).href}";
      import { endProcesses } from "${new URL("../../src/processes/reap.ts", import.meta.url).href}";
      const left = await endProcesses(recordProcess(process.pid, { marker: process.env.HERDCTL_JOB }), { graceMs: 50, termMs: 50, killMs: 100 });
      console.log("alive", JSON.stringify(left));`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
      env: { ...process.env, HERDCTL_JOB: uniqueJobId() },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const [code] = await once(child, "exit");
    expect({ code, output: output.trim() }).toEqual({ code: 0, output: "alive []" });
  });
});

describe("isAlive", () => {
  it("counts a zombie as dead", async () => {
    // The shell becomes `sleep`, which never collects the child that it inherited.
    const job = startJob(`sh -c 'echo $PPID; echo $$' & exec sleep 60`, 2);
    const [, zombie = 0] = await job.pids();
    await eventually(() => readProcess(zombie)?.zombie, "the zombie");
    const entry = readProcess(zombie);
    const record = { ...job.record, pid: zombie, startTicks: entry?.startTicks ?? 0 };

    expect(() => process.kill(zombie, 0)).not.toThrow();
    expect(isAlive(record)).toBe(false);
    expect(findJobProcesses(job.record)).not.toContain(zombie);
  });

  it("knows this very process", () => {
    expect(isAlive(recordProcess(process.pid, { marker: "x" }))).toBe(true);
    expect(readProcessTable().some((entry) => entry.pid === process.pid)).toBe(true);
  });

  it("does not take a part of a marker for the marker", async () => {
    const job = startJob(`echo $$; sleep 60`, 1);
    const [pid = 0] = await job.pids();
    expect(isMarked(pid, job.marker)).toBe(true);
    expect(isMarked(pid, job.marker.slice(0, -1))).toBe(false);
  });
});
