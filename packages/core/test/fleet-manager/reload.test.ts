import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTestFleet, ManualClock, script, type TestFleet } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { startJob } from "./start-job.ts";

function createFleet(): Promise<TestFleet> {
  return createTestFleet({
    agents: {
      a: {
        default_prompt: "old prompt",
        schedules: { often: { type: "interval", interval: "5m", prompt: "tick", enabled: false } },
      },
      b: { default_prompt: "b" },
    },
    scripts: { a: script().wait(600).text("done"), b: script().text("done") },
  });
}

async function edit(
  test: TestFleet,
  file: string,
  change: (text: string) => string,
): Promise<void> {
  const path = join(test.dir, file);
  await writeFile(path, change(await readFile(path, "utf8")));
}

describe("reload", () => {
  it("names every change, keeps running jobs as they are, and gives queued ones the new configuration", async () => {
    await using test = await createFleet();
    await using fleet = test.manager();
    await fleet.initialize();
    await fleet.start();
    const running = await startJob(fleet);
    const queued = await fleet.trigger("a");
    await edit(test, "agents/a.yaml", (text) => text.replace("old prompt", "new prompt"));
    const reloaded = once(fleet, "config:reloaded");
    await fleet.reload();
    expect(await reloaded).toEqual([{ changes: ["agent:a:default_prompt changed"] }]);
    expect((await fleet.waitForJob(running)).status).toBe("completed");
    expect((await fleet.waitForJob(queued.id)).status).toBe("completed");
    expect((await fleet.planTrigger("a")).prompt).toBe("new prompt");
  });

  it("changes nothing when the new configuration is invalid, and says why", async () => {
    await using test = await createFleet();
    await using fleet = test.manager();
    await fleet.initialize();
    await edit(test, "agents/b.yaml", (text) => text.replace("default_prompt", "default_promt"));
    await expect(fleet.reload()).rejects.toMatchObject({
      code: "CONFIGURATION_ERROR",
      message: expect.stringContaining("default_promt"),
    });
    expect((await fleet.planTrigger("b")).prompt).toBe("b");
    expect(fleet.getAgents()).toHaveLength(2);
  });

  it("has Claude log in with the key that .env has now", async () => {
    await using test = await createFleet();
    const isForClaude = (name: string): boolean => name.startsWith("ANTHROPIC_");
    const names = Object.keys(test.env);
    const key = names.filter(isForClaude).map((name) => `${name}=${test.env[name]}\n`);
    const own = names.filter((name) => !isForClaude(name)).map((name) => [name, test.env[name]]);
    await writeFile(join(test.dir, ".env"), "ANTHROPIC_BASE_URL=http://127.0.0.1:9\n");
    await using fleet = test.manager({
      env: { ...Object.fromEntries(own), CLAUDE_CODE_MAX_RETRIES: "0" },
    });
    await fleet.initialize();
    const without = await fleet.trigger("b");
    expect((await fleet.waitForJob(without.id)).status).toBe("failed");
    await writeFile(join(test.dir, ".env"), key.join(""));
    await fleet.reload();
    const { id } = await fleet.trigger("b");
    expect((await fleet.waitForJob(id)).status).toBe("completed");
  });

  it("takes up new schedules and cancels queued jobs of agents that are gone", async () => {
    await using test = await createFleet();
    const clock = new ManualClock();
    await using fleet = test.manager({ clock });
    await fleet.initialize();
    const left = await fleet.trigger("a");
    const queued = await fleet.trigger("a");
    await fleet.start();
    expect(fleet.getSchedule("a", "often").nextTrigger).toBeNull();
    await edit(test, "agents/a.yaml", (text) =>
      text.replace('"enabled": false', '"enabled": true'),
    );
    await fleet.reload();
    expect(fleet.getSchedule("a", "often")).toMatchObject({ enabled: true });
    expect(fleet.getSchedule("a", "often").nextTrigger).not.toBeNull();

    await edit(test, "herdctl.yaml", (text) => {
      const config = JSON.parse(text);
      config.agents = config.agents.filter(
        (agent: { path: string }) => !agent.path.includes("a.yaml"),
      );
      return JSON.stringify(config);
    });
    await fleet.reload();
    expect(fleet.getJob(queued.id)).toMatchObject({
      status: "cancelled",
      exitReason: "agent_removed",
    });
    expect(fleet.getAgents().map((agent) => agent.name)).toEqual(["b"]);
    expect((await fleet.waitForJob(left.id)).status).toBe("completed");
  });

  it("leaves a running job what follows it, its agent gone or not", async () => {
    const settings = (name: string) => ({
      hooks: { after_run: [{ type: "shell", command: `touch ${name}` }] },
      schedules: {
        often: {
          type: "interval",
          interval: "5m",
          prompt: "tick",
          enabled: false,
          output_to_file: name === "old",
        },
      },
    });
    const agents = { a: settings("old"), b: settings("old") };
    const slow = script().wait(2_000).text("done");
    await using test = await createTestFleet({ agents, scripts: { a: slow, b: slow } });
    await using fleet = test.manager();
    let started = 0;
    fleet.on("agent:started", () => (started += 1));
    const errors: string[] = [];
    fleet.on("log", ({ level, message }) => {
      if (level === "error") errors.push(message);
    });
    await fleet.initialize();
    await fleet.start();
    const jobs = await Promise.all(
      ["a", "b"].map((name) => fleet.trigger(name, "often").then(({ id }) => id)),
    );
    await expect.poll(() => started).toBe(2);
    await edit(test, "agents/a.yaml", (text) =>
      JSON.stringify({ ...JSON.parse(text), ...settings("new") }),
    );
    await edit(test, "herdctl.yaml", (text) => {
      const config = JSON.parse(text);
      return JSON.stringify({ ...config, agents: config.agents.slice(0, 1) });
    });
    await fleet.reload();
    for (const id of jobs) {
      expect((await fleet.waitForJob(id)).status).toBe("completed");
      expect(existsSync(join(test.stateDir, "jobs", id, "output.log"))).toBe(true);
    }
    const made = (agent: string, name: string) => existsSync(join(test.workspace(agent), name));
    expect([made("a", "old"), made("a", "new"), made("b", "old")]).toEqual([true, false, true]);
    expect(errors).toEqual([]);
  });

  it("happens by itself where asked for, and an invalid change is logged and not taken", async () => {
    await using test = await createFleet();
    await using fleet = test.manager({ watchConfig: true });
    const errors: string[] = [];
    fleet.on("log", ({ level, message }) => {
      if (level === "error") errors.push(message);
    });
    await fleet.initialize();
    await fleet.start();
    const reloaded = once(fleet, "config:reloaded");
    await edit(test, "agents/b.yaml", (text) => text.replace('prompt": "b"', 'prompt": "c"'));
    expect(await reloaded).toMatchObject([{ changes: ["agent:b:default_prompt changed"] }]);
    await edit(test, "agents/b.yaml", (text) => text.replace("default_prompt", "default_promt"));
    await expect.poll(() => errors.join("\n")).toContain("default_promt");
    expect((await fleet.planTrigger("a")).prompt).toBe("old prompt");
  });
});
