import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createTestFleet, script } from "@herdctl/testing";
import { expect, test } from "vitest";
import { eventually, herdctl, processesWith, startHerdctl } from "./herdctl.ts";

const clerk = {
  allowed_tools: ["Write", "Bash(echo:*)"],
  permission_mode: "bypassPermissions",
  schedules: {
    tick: { type: "interval", interval: "2s", prompt: "Note that you were here." },
    yearly: { type: "cron", cron: "0 0 1 1 *", prompt: "Happy new year." },
  },
};
const clerkScript = script()
  .text("I note it.")
  .tool("Bash", { command: "echo here >> log.txt", description: "Note it" })
  .text("Noted.");

test("a fleet runs on its schedules, is watched and steered from other terminals, and stops cleanly", async () => {
  await using fleet = await createTestFleet({
    agents: { clerk, sleeper: { default_prompt: "Sleep.", permission_mode: "bypassPermissions" } },
    scripts: {
      clerk: clerkScript,
      sleeper: script().tool("Bash", { command: "python3 -c 'import time; time.sleep(60)'" }),
    },
  });
  const where = { cwd: fleet.dir, env: fleet.env };
  await using daemon = startHerdctl(["start"], where);
  await daemon.shows("control socket");
  await using follower = startHerdctl(["logs", "-f"], where);
  await follower.shows("clerk");
  const builds = { what: "two completed jobs" };
  const jobs = await eventually(async () => {
    const { stdout } = await herdctl(["jobs", "--agent", "clerk", "--json"], where);
    const list: { jobs: Record<string, unknown>[] } = JSON.parse(stdout);
    const done = list.jobs.filter((job) => job["status"] === "completed");
    return done.length >= 2 ? done : undefined;
  }, builds);
  expect(jobs[0]).toMatchObject({
    agentName: "clerk",
    scheduleName: "tick",
    trigger: "schedule",
    status: "completed",
    exitReason: "success",
    result: { success: true, turns: 2, summary: "Noted." },
  });
  const log = await readFile(join(fleet.workspace("clerk"), "log.txt"), "utf8");
  expect(log.split("\n").length).toBeGreaterThan(2);
  expect(follower.stdout).toContain("I note it.");
  expect(follower.stdout).toContain("→ Bash echo here >> log.txt");

  const status = await herdctl(["status"], where);
  expect(status).toMatchObject({ exitCode: 0, stderr: "" });
  expect(status.stdout).toMatch(/running for .* \(process \d+\)/);
  expect(status.stdout).toMatch(/clerk +yearly +0 0 1 1 \* +in \d+d/);

  const second = await herdctl(["start"], where);
  expect(second.exitCode).toBe(4);
  expect(second.stderr).toContain(`process ${daemon.pid}`);

  const detached = await herdctl(["trigger", "sleeper", "--detach"], where);
  const id = detached.stdout.trim();
  await using watcher = startHerdctl(["logs", id, "-f"], where);
  await watcher.shows("time.sleep(60)");
  const cancelled = await herdctl(["cancel", id], where);
  expect(cancelled.stdout).toContain("cancelled");
  expect(processesWith(`HERDCTL_JOB=${id}`)).toEqual([]);
  expect((await watcher.done).exitCode).toBe(0);
  expect((await herdctl(["cancel", id], where)).exitCode).toBe(4);

  const stopped = await herdctl(["stop"], where);
  expect(stopped).toMatchObject({
    exitCode: 0,
    stdout: `Stopped the fleet (process ${daemon.pid}).\n`,
  });
  expect((await daemon.done).exitCode).toBe(0);
  expect(daemon.stdout).toMatch(/clerk {2}completed \(2 turns, \$/);
  await follower.done;
  expect(processesWith(`HOME=${join(fleet.dir, "home")}`)).toEqual([]);
  expect((await herdctl(["stop"], where)).exitCode).toBe(0);
  const history = await herdctl(["job", id], where);
  expect(history.stdout).toContain("cancelled");
  const past = await herdctl(["logs", "-n", "5"], where);
  expect(past.stdout).toContain("fleet stopped");
});

test("start --json writes nothing but events, and ends on SIGTERM", async () => {
  await using fleet = await createTestFleet({
    agents: { clerk },
    scripts: { clerk: clerkScript },
  });
  const where = { cwd: fleet.dir, env: fleet.env };
  await using daemon = startHerdctl(["start", "--json"], where);
  await daemon.shows('"type":"job:completed"');
  daemon.kill("SIGTERM");
  const { exitCode, stdout } = await daemon.done;
  expect(exitCode).toBe(0);
  const events = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).type as string);
  expect(events[0]).toBe("started");
  expect(events.at(-1)).toBe("stopped");
  expect(events).toContain("schedule:triggered");
});
