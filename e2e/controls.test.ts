import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTestFleet, inPrompt, script, type TestFleet } from "@herdctl/testing";
import { expect, test } from "vitest";
import { herdctl, processesWith, type RunningCommand, startHerdctl } from "./herdctl.ts";

const stuck = inPrompt(
  script().tool("Bash", { command: "python3 -c 'import time; time.sleep(300)'" }),
);
const short = inPrompt(script().text("Done."));

function createFleet(): Promise<TestFleet> {
  return createTestFleet({
    agents: {
      worker: {
        permission_mode: "bypassPermissions",
        schedules: {
          hourly: { type: "interval", interval: "1h", prompt: short },
          nightly: { type: "cron", cron: "0 3 * * *", prompt: short, timezone: "UTC" },
          never: { type: "cron", cron: "0 4 * * *", prompt: short, enabled: false },
        },
      },
      other: { permission_mode: "bypassPermissions" },
      patient: {
        permission_mode: "bypassPermissions",
        retry: { max_attempts: 2, backoff: "1h" },
      },
    },
  });
}

async function startDaemon(fleet: TestFleet): Promise<RunningCommand> {
  const daemon = startHerdctl(["start"], { cwd: fleet.dir, env: fleet.env });
  await daemon.shows("control socket");
  return daemon;
}

test("a pause holds queued jobs over a restart, in every process, until it is taken back", async () => {
  await using fleet = await createFleet();
  const where = { cwd: fleet.dir, env: fleet.env };
  const before = await herdctl(["pause", "other"], where);
  expect(before).toMatchObject({ exitCode: 0, stdout: "Paused other.\n" });
  await using daemon = await startDaemon(fleet);
  const detached = await herdctl(["trigger", "other", "-p", short, "--detach"], where);
  const id = detached.stdout.trim();
  const queue = await herdctl(["queue"], where);
  expect(queue.stdout).toMatch(new RegExp(`${id} +other .*herdctl resume`));
  expect(JSON.parse((await herdctl(["queue", "--json"], where)).stdout)).toMatchObject({
    total: 1,
    items: [{ jobId: id, agentName: "other", position: 1 }],
    waiting: [],
  });
  expect((await herdctl(["status"], where)).stdout).toMatch(/^other +paused/m);
  await using watcher = startHerdctl(["trigger", "other", "-p", short], where);
  await watcher.shows("other is paused until");

  expect((await herdctl(["pause"], where)).stdout).toBe("Paused the fleet.\n");
  expect((await herdctl(["status"], where)).stdout).toContain("paused: queued jobs wait");
  const still = await herdctl(["resume", "other"], where);
  expect(still).toMatchObject({ exitCode: 0, stdout: "Resumed other.\n" });
  expect(still.stderr).toContain("The fleet as a whole is paused");
  const resumed = await herdctl(["resume", "--json"], where);
  expect(JSON.parse(resumed.stdout)).toEqual({ wasPaused: true });
  expect((await watcher.done).exitCode).toBe(0);
  const again = await herdctl(["resume"], where);
  expect(again).toMatchObject({ exitCode: 0, stdout: "", stderr: "The fleet was not paused.\n" });
  const job = JSON.parse((await herdctl(["job", id, "--json"], where)).stdout);
  expect(job.status).toBe("completed");
  expect((await herdctl(["stop"], where)).exitCode).toBe(0);
  expect((await daemon.done).exitCode).toBe(0);
});

test("a waiting job is shown with its reason and time; cancel --all ends it and all others", async () => {
  await using fleet = await createFleet();
  const where = { cwd: fleet.dir, env: fleet.env };
  await using daemon = await startDaemon(fleet);
  await herdctl(["schedule", "disable", "worker", "hourly"], where);
  const overloaded = { times: "always", headers: { "x-should-retry": "false" } } as const;
  const failing = inPrompt(script().error(529, overloaded));
  const detach = async (agent: string, prompt: string): Promise<string> =>
    (await herdctl(["trigger", agent, "-p", prompt, "--detach"], where)).stdout.trim();
  const waiting = await detach("patient", failing);
  await daemon.shows(new RegExp(`patient {2}waits for its next attempt, in \\d+\\w.*${waiting}`));
  expect((await herdctl(["jobs"], where)).stdout).toMatch(/waiting: retry, in \d+\w/);
  expect((await herdctl(["queue"], where)).stdout).toMatch(
    new RegExp(`${waiting} +patient +its next attempt, in \\d+\\w`),
  );
  expect((await herdctl(["job", waiting], where)).stdout).toContain(
    "It waits for its next attempt, in ",
  );
  const running = await detach("other", stuck);
  const queued = await detach("other", stuck);
  await using follower = startHerdctl(["logs", running, "-f"], where);
  await follower.shows("time.sleep(300)");

  const some = await herdctl(["cancel", "--all", "--agent", "other"], where);
  expect(some.stdout).toContain("Cancelled 2 jobs.");
  expect(some.stdout).toContain(queued);
  expect(processesWith(`HERDCTL_JOB=${running}`)).toEqual([]);
  const rest = JSON.parse((await herdctl(["cancel", "--all", "--json"], where)).stdout);
  expect(rest).toEqual({ jobIds: [waiting] });
  const none = await herdctl(["cancel", "--all"], where);
  expect(none).toMatchObject({ exitCode: 0, stdout: "" });
});

test("a job of another terminal can be ended although somebody has broken the configuration", async () => {
  await using fleet = await createFleet();
  const where = { cwd: fleet.dir, env: fleet.env };
  await using busy = startHerdctl(["trigger", "worker", "-p", stuck], where);
  await busy.shows("python3");
  await writeFile(join(fleet.dir, "agents/worker.yaml"), "name: worker\nmax_turns: many\n");
  const [job] = JSON.parse((await herdctl(["jobs", "--json"], where)).stdout).jobs;
  const cancelled = await herdctl(["cancel", "latest"], where);
  expect(cancelled).toMatchObject({ exitCode: 0, stderr: "" });
  expect(cancelled.stdout).toContain("cancelled");
  expect((await busy.done).exitCode).toBe(1);
  expect(processesWith(`HERDCTL_JOB=${job.id}`)).toEqual([]);
  const audit = JSON.parse((await herdctl(["audit", "--json"], where)).stdout);
  expect(audit.entries[0]).toMatchObject({
    operation: "cancelJob",
    jobId: job.id,
    outcome: "ok",
  });
  const none = await herdctl(["cancel", "--all"], where);
  expect(none).toMatchObject({ exitCode: 0, stdout: "" });
});

test("reload tells what has changed; an invalid file changes nothing and says why", async () => {
  await using fleet = await createFleet();
  const where = { cwd: fleet.dir, env: fleet.env };
  const none = await herdctl(["reload"], where);
  expect(none).toMatchObject({ exitCode: 4, stdout: "" });
  await using daemon = await startDaemon(fleet);
  const file = join(fleet.dir, "agents", "worker.yaml");
  const text = await readFile(file, "utf8");
  await writeFile(file, text.replace('"1h"', '"2h"'));
  const reloaded = await herdctl(["reload"], where);
  expect(reloaded).toMatchObject({
    exitCode: 0,
    stdout: "Reloaded: 1 change.\n  agent:worker:schedule:hourly:interval changed\n",
  });
  await daemon.shows("configuration reloaded (1 change)");
  await writeFile(file, text.replace('"1h"', '"1 eternity"'));
  const refused = await herdctl(["reload"], where);
  expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
  expect(refused.stderr).toMatch(/worker\.yaml:\d+:\d+.*interval/);
  const json = JSON.parse((await herdctl(["reload", "--json"], where)).stdout);
  expect(json.error).toMatchObject({
    code: "CONFIGURATION_ERROR",
    problems: [{ file: expect.stringContaining("worker.yaml"), line: expect.any(Number) }],
  });
  daemon.kill("SIGHUP");
  await daemon.shows("Not reloaded, the configuration stays as it was");
  await writeFile(file, text.replace('"1h"', '"3h"'));
  daemon.kill("SIGHUP");
  await daemon.shows(/configuration reloaded[^]*configuration reloaded/);
  const schedules = JSON.parse((await herdctl(["schedule", "list", "--json"], where)).stdout);
  expect(schedules.schedules[0]).toMatchObject({ name: "hourly", interval: "3h" });
  expect((await herdctl(["stop"], where)).exitCode).toBe(0);
});

test("schedules are listed, previewed and switched, and their history says what became of each fire", async () => {
  await using fleet = await createFleet();
  const where = { cwd: fleet.dir, env: fleet.env };
  const early = await herdctl(["schedule", "next", "worker", "nightly", "-n", "2"], where);
  expect(early.stdout.match(/worker +nightly/g)).toHaveLength(2);
  expect(early.stderr).toContain("No fleet is running");
  expect((await herdctl(["schedule", "history"], where)).stderr).toContain("No fire was due");
  const off = await herdctl(["schedule", "disable", "worker", "nightly"], where);
  expect(off).toMatchObject({ exitCode: 0, stdout: "Disabled worker nightly.\n" });

  await using daemon = await startDaemon(fleet);
  await daemon.shows("completed");
  const list = await herdctl(["schedule", "list"], where);
  expect(list.stdout).toMatch(/worker +hourly +every 1h/);
  expect(list.stdout).toMatch(/worker +nightly .*disabled/);
  const history = await herdctl(["schedule", "history", "worker", "hourly"], where);
  expect(history.stdout).toMatch(/worker +hourly +fired +job-\w+/);
  const json = await herdctl(["schedule", "history", "--limit", "1", "--json"], where);
  expect(JSON.parse(json.stdout)).toMatchObject({ fires: [{ fate: "fired", count: 1 }] });
  const next = JSON.parse((await herdctl(["schedule", "next", "--json"], where)).stdout);
  expect(next.fires).toHaveLength(10);
  expect(next.fires[0]).toMatchObject({ agentName: "worker", scheduleName: "hourly" });
  const disabled = await herdctl(["schedule", "next", "worker", "nightly", "-n", "1"], where);
  expect(disabled.stderr).toContain("disabled");
  const on = await herdctl(["schedule", "enable", "worker", "nightly"], where);
  expect(on.stdout).toMatch(/^Enabled worker nightly, next fire in \d+/);
  const refused = await herdctl(["schedule", "enable", "worker", "never"], where);
  expect(refused.exitCode).toBe(4);
  expect(refused.stderr).toMatch(/worker\.yaml:\d+/);
  expect((await herdctl(["schedule", "enable", "worker", "nigtly"], where)).exitCode).toBe(3);
  expect((await herdctl(["stop"], where)).exitCode).toBe(0);
});
