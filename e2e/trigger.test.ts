import { join } from "node:path";
import { inPrompt, script } from "@herdctl/testing";
import { expect, test } from "vitest";
import { eventually, herdctl, processesWith, startHerdctl } from "./herdctl.ts";
import { shareFleet } from "./shared-fleet.ts";

const stuck = script().tool("Bash", { command: "python3 -c 'import time; time.sleep(300)'" });

const { fleet, where } = await shareFleet({
  agents: { helper: { permission_mode: "bypassPermissions", max_turns: 3, concurrency: 4 } },
});

test("shows what the agent says and does, then the outcome", async () => {
  const prompt = inPrompt(
    script().text("Looking.").tool("Bash", { command: "echo 42" }).text("It is 42."),
  );
  const result = await herdctl(["trigger", "helper", "-p", prompt], where);
  expect(result.exitCode).toBe(0);
  expect(result.stdout).toMatch(
    /^Looking\.\n→ Bash echo 42\n {4}42\nIt is 42\.\n✓ completed · 2 turns · \$0\.\d+ · /,
  );
});

test("takes the prompt from standard input", async () => {
  const input = inPrompt(script().text("From a pipe."));
  const result = await herdctl(["trigger", "helper", "-p", "-"], { ...where, input });
  expect(result.stdout).toContain("From a pipe.");
});

test("prints the finished job, and nothing else, with --json", async () => {
  const prompt = inPrompt(script().text("Done."));
  const { stdout, exitCode } = await herdctl(["trigger", "helper", "-p", prompt, "--json"], where);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    agentName: "helper",
    status: "completed",
    result: { summary: "Done." },
  });
});

test("exits with 1 when the job fails, and says why", async () => {
  const prompt = inPrompt(script().repeat(script().tool("Bash", { command: "true" })));
  const { stdout, stderr, exitCode } = await herdctl(["trigger", "helper", "-p", prompt], where);
  expect(exitCode).toBe(1);
  expect(stdout).toContain("✗ failed: max_turns");
  expect(stderr.match(/Reached maximum number of turns/g)).toHaveLength(1);
  const [, command] = /Why, and how to go on: .* (job job-\w+)/.exec(stderr) ?? [];
  const explained = await herdctl(command?.split(" ") ?? [], where);
  expect(explained.stdout).toContain("used up its `max_turns`");
  expect(explained.stdout).toContain("→ Bash true");
  expect(explained.stdout).toMatch(/claude --resume [0-9a-f-]{36}/);
});

test("Ctrl-C cancels a job in the foreground and leaves nothing behind", async () => {
  await using command = startHerdctl(["trigger", "helper", "-p", inPrompt(stuck)], where);
  await command.shows("time.sleep(300)");
  const [, id = ""] = /(job-\w+)/.exec(command.stderr) ?? [];
  command.kill("SIGINT");
  const { exitCode, stdout } = await command.done;
  expect(exitCode).toBe(130);
  expect(stdout).toContain("cancelled");
  expect(processesWith(`HERDCTL_JOB=${id}`)).toEqual([]);
});

test("a second Ctrl-C leaves at once, and the job ends without this process", async () => {
  await using command = startHerdctl(["trigger", "helper", "-p", inPrompt(stuck)], where);
  await command.shows("time.sleep(300)");
  const [, id = ""] = /(job-\w+)/.exec(command.stderr) ?? [];
  command.kill("SIGINT");
  await command.shows("Cancelling the job");
  command.kill("SIGINT");
  expect((await command.done).exitCode).toBe(130);
  await eventually(() => (processesWith(`HERDCTL_JOB=${id}`).length === 0 ? true : undefined));
});

test("without a daemon, another terminal follows and cancels a job in the foreground", async () => {
  await using command = startHerdctl(["trigger", "helper", "-p", inPrompt(stuck)], where);
  await command.shows("time.sleep(300)");
  const [, id = ""] = /(job-\w+)/.exec(command.stderr) ?? [];
  await using follower = startHerdctl(["logs", id, "-f"], where);
  await follower.shows("time.sleep(300)");
  expect((await herdctl(["cancel", id], where)).stdout).toContain(`${id} ✗ cancelled`);
  expect(processesWith(`HERDCTL_JOB=${id}`)).toEqual([]);
  expect((await command.done).exitCode).toBe(1);
  expect((await follower.done).exitCode).toBe(0);
});

test("Ctrl-C leaves a job of the daemon running, and why another one fails is told once", async () => {
  await using daemon = startHerdctl(["start"], where);
  await daemon.shows("control socket");
  await using command = startHerdctl(["trigger", "helper", "-p", inPrompt(stuck)], where);
  await command.shows("time.sleep(300)");
  const [, id = ""] = /(job-\w+)/.exec(command.stderr) ?? [];
  command.kill("SIGINT");
  const { exitCode, stderr } = await command.done;
  expect(exitCode).toBe(130);
  expect(stderr).toContain(`logs ${id} -f`);
  const job = JSON.parse((await herdctl(["job", id, "--json"], where)).stdout);
  expect(job.status).toBe("running");

  const unending = inPrompt(script().repeat(script().tool("Bash", { command: "true" })));
  const failed = await herdctl(["trigger", "helper", "-p", unending], where);
  expect(failed.stderr.match(/Reached maximum number of turns/g)).toHaveLength(1);
  expect((await herdctl(["stop", "--now"], where)).exitCode).toBe(0);
  expect(processesWith(`HOME=${join(fleet.dir, "home")}`)).toEqual([]);
});

test("a reader that goes away neither ends the job nor shows an error", async () => {
  const prompt = inPrompt(
    script().text("One.").tool("Bash", { command: "echo two" }).text("Three."),
  );
  await using command = startHerdctl(["trigger", "helper", "-p", prompt], where);
  await command.shows("One.");
  command.closeOutput();
  const { exitCode, stderr } = await command.done;
  expect(exitCode).toBe(0);
  expect(stderr).not.toContain("EPIPE");
});

test("a dry run shows prompt, options and limits, and runs nothing", async () => {
  const before = (await herdctl(["jobs", "--json"], where)).stdout;
  const { stdout } = await herdctl(["trigger", "helper", "-p", "Think.", "--dry-run"], where);
  expect(stdout).toMatch(/permissions +bypassPermissions/);
  expect(stdout).toMatch(/max turns +3/);
  expect(stdout).toContain("Prompt\nThink.");
  expect((await herdctl(["jobs", "--json"], where)).stdout).toBe(before);
});
