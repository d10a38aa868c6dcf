import { inPrompt, script } from "@herdctl/testing";
import { expect, test } from "vitest";
import { herdctl, startHerdctl } from "./herdctl.ts";
import { shareFleet } from "./shared-fleet.ts";

const { where } = await shareFleet({
  agents: {
    helper: { permission_mode: "bypassPermissions", max_turns: 3 },
    flaky: {
      permission_mode: "bypassPermissions",
      retry: { max_attempts: 2, backoff: "1s" },
    },
  },
  scripts: { flaky: script().text("Back again.") },
});

async function jobOf(id: string): Promise<Record<string, unknown>> {
  return JSON.parse((await herdctl(["job", id, "--json"], where)).stdout);
}

async function triggerHelper(text: string): Promise<string> {
  const prompt = inPrompt(script().text(text));
  const { stdout } = await herdctl(["trigger", "helper", "-p", prompt, "--json"], where);
  return JSON.parse(stdout).id;
}

test("retry repeats a job in a fresh session", async () => {
  const id = await triggerHelper("First.");
  const again = await herdctl(["retry", id], where);
  expect(again).toMatchObject({ exitCode: 0 });
  expect(again.stdout).toMatch(/^First\.\n✓ completed · 1 turn/);
  const [original, repeated] = [await jobOf(id), await jobOf("latest")];
  expect(repeated["prompt"]).toBe(original["prompt"]);
  expect(repeated["sessionId"]).not.toBe(original["sessionId"]);
});

test("fork repeats a job with changes and names where it came from", async () => {
  const id = await triggerHelper("Original.");
  const long = inPrompt(script().repeat(script().tool("Bash", { command: "true" })));
  const forked = await herdctl(["fork", id, "-p", long, "--max-turns", "1", "--json"], where);
  expect(forked.exitCode).toBe(1);
  expect(JSON.parse(forked.stdout)).toMatchObject({
    trigger: "fork",
    forkedFrom: id,
    status: "failed",
    exitReason: "max_turns",
  });
  const explained = await herdctl(["job", "latest"], where);
  expect(explained.stdout).toContain(`forked from ${id}`);
});

test("fork --session fork goes on from a copy, resume in the session itself", async () => {
  const id = await triggerHelper("Begun.");
  const prompt = inPrompt(script().text("Continued."));
  const forked = await herdctl(["fork", id, "--session", "fork", "-p", prompt], where);
  expect(forked.stdout).toContain("Continued.");
  const copy = await jobOf("latest");
  const resumed = await herdctl(["resume", id, "-p", "-"], { ...where, input: prompt });
  expect(resumed).toMatchObject({ exitCode: 0 });
  const original = await jobOf(id);
  expect(copy["sessionId"]).not.toBe(original["sessionId"]);
  expect((await jobOf("latest"))["sessionId"]).toBe(original["sessionId"]);
});

test("a job that waits for its next attempt says so where it is watched, and goes on", async () => {
  const overloaded = { times: "always", headers: { "x-should-retry": "false" } } as const;
  const prompt = `Go. ${inPrompt(script().tool("Bash", { command: "true" }).error(529, overloaded))}`;
  const result = await herdctl(["trigger", "flaky", "-p", prompt], where);
  expect(result.exitCode).toBe(0);
  expect(result.stderr).toMatch(
    /Waiting for its next attempt, .*\(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\)/,
  );
  expect(result.stdout).toContain("Back again.");
  expect((await herdctl(["job", "latest"], where)).stdout).toContain("attempt 2");
});

test("the daemon runs what another terminal repeats, and --detach leaves it there", async () => {
  const id = await triggerHelper("Once.");
  await using daemon = startHerdctl(["start"], where);
  await daemon.shows("control socket");
  const detached = await herdctl(["retry", id, "--detach"], where);
  const retried = detached.stdout.trim();
  expect(retried).toMatch(/^job-\w{16}$/);
  await daemon.shows(new RegExp(`completed.*${retried}`));
  const prompt = inPrompt(script().text("Twice."));
  const resumed = await herdctl(["resume", retried, "-p", prompt], where);
  expect(resumed.stdout).toMatch(/^Twice\.\n✓ completed/);
  const forked = await herdctl(["fork", id, "--model", "claude-opus-4-5", "--json"], where);
  expect(Object.keys(JSON.parse(forked.stdout).result.usage)).toEqual(["claude-opus-4-5"]);
  expect((await herdctl(["stop"], where)).exitCode).toBe(0);
});

test("usage is summed up by agent, day and model", async () => {
  const id = await triggerHelper("Costly.");
  const { agentName } = await jobOf(id);
  const byAgent = await herdctl(["usage"], where);
  expect(byAgent.stdout).toMatch(/^AGENT +INPUT +OUTPUT/);
  expect(byAgent.stdout).toMatch(new RegExp(`^${String(agentName)} .*\\$\\d`, "m"));
  const all = JSON.parse((await herdctl(["usage", "--json"], where)).stdout);
  expect(all.usage[0]).toMatchObject({ day: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) });
  const byDay = JSON.parse((await herdctl(["usage", "--by", "day", "--json"], where)).stdout);
  const total = (rows: readonly { costUsd: number }[]): number =>
    rows.reduce((sum, { costUsd }) => sum + costUsd, 0);
  const nameOf = (row: { agentName: string }): string => row.agentName;
  expect(total(byDay.usage)).toBeCloseTo(total(all.usage), 9);
  const ofOne = await herdctl(["usage", "--agent", "helper", "--json"], where);
  expect(new Set(JSON.parse(ofOne.stdout).usage.map(nameOf))).toEqual(new Set([agentName]));
  const none = await herdctl(["usage", "--since", "2100-01-01"], where);
  expect(none).toMatchObject({ exitCode: 0, stdout: "" });
});
