import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isMarked, readProcessTable } from "../../src/processes/process-table.ts";
import {
  type CommandRequest,
  type CommandResult,
  runCommand,
} from "../../src/processes/run-command.ts";
import { eventually } from "../runner/processes.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "herdctl-command-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const environment = { PATH: process.env["PATH"] ?? "" };

function request(command: string, more: Partial<CommandRequest> = {}): CommandRequest {
  return {
    command,
    cwd: folder,
    env: environment,
    marker: `test-${randomUUID()}`,
    label: "herdctl:test",
    timeout: 240_000,
    ...more,
  };
}

function run(command: string, more: Partial<CommandRequest> = {}): Promise<CommandResult> {
  return runCommand(request(command, more));
}

function alive(marker: string): number[] {
  return readProcessTable()
    .filter(({ pid, zombie }) => !zombie && isMarked(pid, marker))
    .map(({ pid }) => pid);
}

describe("a command", () => {
  it("gets its input, environment and folder, and tells what it said and how it ended", async () => {
    const result = await run('cat; pwd >&2; echo "$GREETING $HERDCTL_JOB"; exit 3', {
      input: "from stdin\n",
      env: { ...environment, GREETING: "hello" },
      marker: "job-of-a-command",
    });
    expect(result).toMatchObject({
      exitCode: 3,
      stdout: "from stdin\nhello job-of-a-command\n",
      stderr: `${folder}\n`,
      survivors: [],
    });
    expect(result.durationMs).toBeGreaterThanOrEqual(0);
  });

  it("need not read its input", async () => {
    const result = await run("exec <&-; echo done", { input: "x".repeat(1_000_000) });
    expect(result).toMatchObject({ exitCode: 0, stdout: "done\n" });
  });

  it("keeps the last bytes of what it says, whole characters only", async () => {
    const command = "head -c 3000000 /dev/zero | tr '\\0' x; printf 'éé'; printf 'ü' >&2";
    const result = await run(command, { outputLimit: 3 });
    expect(result).toMatchObject({ stdout: "é", stderr: "ü" });
    const whole = await run(command, { outputLimit: 1_000 });
    expect(Buffer.byteLength(whole.stdout)).toBe(1_000);
    expect(whole.stdout.endsWith("xéé")).toBe(true);
  });

  it.each([
    ["children", "sleep 60 & sleep 60"],
    ["a child in a session of its own", "setsid sleep 60 & sleep 60"],
    ["something that ignores polite signals", `trap "" TERM INT; while :; do sleep 1; done`],
  ])("is ended with %s at its timeout", async (_what, command) => {
    const marker = `test-${randomUUID()}`;
    const result = await run(command, { timeout: 300, marker });
    expect(result).toMatchObject({ ended: "timeout", survivors: [] });
    expect(result.exitCode).not.toBe(0);
    expect(alive(marker)).toEqual([]);
  });

  it("is ended with everything that it started when it is aborted", async () => {
    const marker = `test-${randomUUID()}`;
    const abort = new AbortController();
    const running = run("sleep 60 & echo started; wait", { marker, signal: abort.signal });
    await eventually(() => alive(marker).length >= 2, "the command");
    abort.abort();
    expect(await running).toMatchObject({ ended: "aborted", stdout: "started\n" });
    expect(alive(marker)).toEqual([]);
    expect(await run("true", { signal: abort.signal })).toMatchObject({ ended: "aborted" });
  });

  it("leaves nothing behind when it ends by itself", async () => {
    const marker = `test-${randomUUID()}`;
    const result = await run("sleep 600 & setsid sleep 600 & echo done", { marker });
    expect(result).toMatchObject({ exitCode: 0, stdout: "done\n" });
    expect(alive(marker)).toEqual([]);
  });

  it("does nothing before its record is stored, and nothing at all if it cannot be", async () => {
    const file = join(folder, "ran");
    const stored = Promise.withResolvers<void>();
    const first = run(`echo ran >>"${file}"`, { onRecord: () => stored.promise });
    await expect(readFile(file)).rejects.toMatchObject({ code: "ENOENT" });
    stored.resolve();
    expect(await first).toMatchObject({ exitCode: 0 });
    const refused = await run(`echo ran >>"${file}"`, {
      onRecord: () => Promise.reject(new Error("disk full")),
    });
    expect(refused).toMatchObject({ error: "disk full" });
    expect(refused.exitCode).toBeUndefined();
    expect(await readFile(file, "utf8")).toBe("ran\n");
  });

  it("says so when its folder does not exist", async () => {
    const result = await run("true", { cwd: join(folder, "missing") });
    expect(result.error).toContain("Check that the folder exists");
  });
});
