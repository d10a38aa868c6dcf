import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTestFleet, inPrompt, script } from "@herdctl/testing";
import { expect, test } from "vitest";
import { herdctl, startHerdctl } from "./herdctl.ts";

const canMount = process.platform === "linux" && process.getuid?.() === 0;

const small = ["-t", "tmpfs", "-o", "size=2m", "tmpfs"];

const talking = { agents: { talker: { permission_mode: "bypassPermissions" } } };
const talk = script().tool("Bash", { command: "python3 -c \"print('x' * 25000)\"" });
const long = inPrompt(script().repeat(talk, 40));

test.skipIf(!canMount)(
  "a full disk while writing output ends the job with a clear error, and nothing is lost",
  async () => {
    await using fleet = await createTestFleet(talking);
    const where = { cwd: fleet.dir, env: fleet.env };
    using disk = mount(fleet.stateDir, small);
    const first = await herdctl(
      ["trigger", "talker", "-p", inPrompt(script().text("Short."))],
      where,
    );
    expect(first.exitCode).toBe(0);
    writeFileSync(join(disk.path, "ballast"), Buffer.alloc(1_500_000));
    await using full = startHerdctl(["trigger", "talker", "-p", long], where);
    await full.shows("cannot store the end of job");
    rmSync(join(disk.path, "ballast"));
    const { exitCode, stdout, stderr } = await full.done;
    expect(exitCode).toBe(1);
    expect(stdout).toContain("✗ failed: error");
    expect(stderr).toMatch(/disk .* is full/);
    const { jobs } = JSON.parse((await herdctl(["jobs", "--json"], where)).stdout);
    expect(jobs.at(-1)).toMatchObject({ status: "completed", result: { summary: "Short." } });
  },
);

test.skipIf(!canMount)(
  "a disk that stays full keeps nobody waiting: who watches the job learns that its end is not stored",
  async () => {
    await using fleet = await createTestFleet(talking);
    const where = { cwd: fleet.dir, env: fleet.env };
    using disk = mount(fleet.stateDir, small);
    await herdctl(["jobs"], where);
    writeFileSync(join(disk.path, "ballast"), Buffer.alloc(1_500_000));
    const { exitCode, stderr } = await herdctl(["trigger", "talker", "-p", long], where);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/end of job job-\w+ could not be stored/i);
    rmSync(join(disk.path, "ballast"));
    await using daemon = startHerdctl(["start"], where);
    await daemon.shows("control socket");
    const job = JSON.parse((await herdctl(["job", "latest", "--json"], where)).stdout);
    expect(job).toMatchObject({ status: "failed", exitReason: "interrupted" });
  },
);

test.skipIf(!canMount)(
  "a fleet on a disk that is read-only can be looked at; work is refused",
  async () => {
    await using fleet = await createTestFleet({ agents: { talker: {} } });
    const where = { cwd: fleet.dir, env: fleet.env };
    await herdctl(["trigger", "talker", "-p", inPrompt(script().text("Written down."))], where);
    using readOnly = mount(fleet.stateDir, ["--bind", "-o", "ro", fleet.stateDir]);
    expect(readFileSync("/proc/mounts", "utf8")).toContain(readOnly.path);
    expect((await herdctl(["logs", "latest"], where)).stdout).toBe("Written down.\n");
    expect((await herdctl(["jobs"], where)).stdout).toMatch(/talker +manual +completed/);
    const status = await herdctl(["status", "--json"], where);
    expect(status).toMatchObject({ exitCode: 0, stderr: "" });
    expect(JSON.parse(status.stdout)).toMatchObject({
      jobs: { completed: 1 },
      health: { problem: "not_running" },
      agentList: [{ name: "talker" }],
    });
    const plan = await herdctl(["trigger", "talker", "-p", "Hello.", "--dry-run"], where);
    expect(plan).toMatchObject({ exitCode: 0, stderr: "" });
    for (const args of [["trigger", "talker", "-p", "Hello."], ["start"]]) {
      const refused = await herdctl(args, where);
      expect(refused).toMatchObject({ exitCode: 1, stdout: "" });
      expect(refused.stderr).toMatch(/cannot be written|read-only|write/i);
    }
  },
);

function mount(path: string, args: readonly string[]): Disposable & { readonly path: string } {
  mkdirSync(path, { recursive: true });
  execFileSync("mount", [...args, path]);
  return { path, [Symbol.dispose]: () => void execFileSync("umount", ["-l", path]) };
}
