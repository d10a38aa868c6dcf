import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createTestFleet, inPrompt, ManualClock, script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";

const overloaded = { times: "always", headers: { "x-should-retry": "false" } } as const;
const agent = { permission_mode: "bypassPermissions" };

describe("a transient failure", () => {
  it("is retried in the same session, which goes on where it stopped", async () => {
    const prompt = inPrompt(
      script().tool("Write", { file_path: "first.txt", content: "1" }).error(529, overloaded),
    );
    await using test = await createTestFleet({
      agents: { a: { ...agent, retry: { max_attempts: 2, backoff: "1s" } } },
      scripts: { a: script().text("finished") },
    });
    await using fleet = test.manager();
    const events: string[] = [];
    fleet.on("job:waiting", ({ waitingFor }) => events.push(`waiting for ${waitingFor}`));
    fleet.on("agent:stopped", ({ reason }) => events.push(`stopped: ${reason}`));
    await fleet.initialize();
    const { id } = await fleet.trigger("a", undefined, { promptOverride: `Go. ${prompt}` });
    const job = await fleet.waitForJob(id);
    expect(job).toMatchObject({ status: "completed", attempt: 2, result: { summary: "finished" } });
    expect(events).toEqual(["stopped: waiting", "waiting for retry", "stopped: success"]);
    const sessions = new Set(
      test.server.requests.filter(({ kind }) => kind === "main").map(({ sessionId }) => sessionId),
    );
    expect([...sessions]).toEqual([job.sessionId]);
    expect(existsSync(join(test.workspace("a"), "first.txt"))).toBe(true);
    expect(job.result?.turns).toBeGreaterThan(1);
    expect(job.output).toContain("finished");
  });

  it("fails the job when the attempts are used up", async () => {
    await using test = await createTestFleet({
      agents: { a: { ...agent, default_prompt: "x", retry: { max_attempts: 3, backoff: "10ms" } } },
      scripts: { a: script().error(529, overloaded) },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    expect(await fleet.waitForJob(id)).toMatchObject({
      status: "failed",
      exitReason: "error",
      attempt: 3,
    });
  });

  it("is not retried without a policy", async () => {
    await using test = await createTestFleet({
      agents: { a: { ...agent, default_prompt: "x" } },
      scripts: { a: script().error(529, overloaded) },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    expect(await fleet.waitForJob(id)).toMatchObject({ status: "failed", attempt: 1 });
  });
});

describe("a used-up usage window", () => {
  it("parks the job until the window opens, without a process, over a restart", async () => {
    const clock = new ManualClock(Date.now());
    const resetsAt = Math.floor(clock.now() / 1_000) + 3_600;
    const prompt = inPrompt(
      script()
        .text("Starting.")
        .tool("Bash", { command: "true" })
        .error(429, {
          times: "always",
          headers: {
            "anthropic-ratelimit-unified-status": "rejected",
            "anthropic-ratelimit-unified-reset": String(resetsAt),
            "anthropic-ratelimit-unified-representative-claim": "five_hour",
          },
        }),
    );
    await using test = await createTestFleet({
      agents: { a: agent },
      scripts: { a: script().text("after the window") },
    });
    const env = test.server.env(join(test.dir, "home"), { credential: "token", agentName: "a" });
    await using fleet = test.manager({ clock, env });
    await fleet.initialize();
    await fleet.start();
    const waiting = once(fleet, "job:waiting");
    const { id } = await fleet.trigger("a", undefined, { promptOverride: `Go. ${prompt}` });
    await waiting;
    expect(fleet.getJob(id)).toMatchObject({ status: "waiting", waitingFor: "window" });
    expect(fleet.getJob(id).wakeAt?.getTime()).toBe(resetsAt * 1_000 + 2_000);
    expect(fleet.getStatus().jobs).toMatchObject({ active: 0, waiting: 1 });
    await fleet.stop();
    await fleet.start();
    expect(fleet.getJob(id).status).toBe("waiting");
    const completed = once(fleet, "job:completed");
    for (let passed = 0; passed < 3_660; passed += 30) await clock.advance(30_000);
    await completed;
    expect(fleet.getJob(id)).toMatchObject({ status: "completed", attempt: 2 });
  });
});

describe("budgets", () => {
  const expensive = script().text("done", { usage: { input: 100_000, output: 100_000 } });

  it("refuse a manual trigger and skip a scheduled one when the day's is spent", async () => {
    await using test = await createTestFleet({
      agents: {
        a: {
          default_prompt: "x",
          budget: { usd_per_day: 0.5 },
          schedules: { often: { type: "interval", interval: "5m", prompt: "tick" } },
        },
      },
      scripts: { a: expensive },
    });
    const clock = new ManualClock(Date.now());
    await using fleet = test.manager({ clock });
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    const { result } = await fleet.waitForJob(id);
    expect(result?.costUsd).toBeGreaterThan(0.5);
    await expect(fleet.trigger("a")).rejects.toMatchObject({ code: "BUDGET_SPENT" });
    const skipped = once(fleet, "schedule:skipped");
    await fleet.start();
    expect(await skipped).toMatchObject([{ reason: "budget" }]);
    const [usage] = fleet.getUsage({ since: "2000-01-01" });
    expect(usage).toMatchObject({ agentName: "a", costUsd: result?.costUsd });
    await fleet.stop();
    await clock.advance(25 * 3_600_000);
    const tomorrow = once(fleet, "job:created");
    await fleet.start();
    await tomorrow;
  });

  it("stop a run that spends more than a job may", async () => {
    await using test = await createTestFleet({
      agents: { a: { ...agent, default_prompt: "x", budget: { usd_per_job: 0.01 } } },
      scripts: {
        a: script()
          .tool("Bash", { command: "true" }, { usage: { input: 100_000, output: 10_000 } })
          .repeat(script().tool("Bash", { command: "true" }), 5)
          .text("too far"),
      },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    expect(await fleet.waitForJob(id)).toMatchObject({ status: "failed", exitReason: "budget" });
  });
});
