import { existsSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FleetManager } from "@herdctl/core";
import { createTestFleet, script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";

describe("US-1: library consumer initialization", () => {
  it("can construct FleetManager with just configPath and stateDir", async () => {
    await using test = await createTestFleet({ agents: { a: { default_prompt: "x" } } });
    const fleet = new FleetManager({ configPath: test.configPath, stateDir: test.stateDir });
    expect(fleet.state).toBe("uninitialized");
    await fleet.initialize();
    expect(fleet.getAgents().map((agent) => agent.name)).toEqual(["a"]);
    await fleet.stop();
  });

  it("initialize() loads config, validates it, and prepares state directory", async () => {
    await using test = await createTestFleet({ agents: { a: { default_prompt: "x" } } });
    await using fleet = test.manager();
    await fleet.initialize();
    expect(statSync(test.stateDir).mode & 0o777).toBe(0o700);
    expect(existsSync(join(test.stateDir, "jobs"))).toBe(true);
    expect(existsSync(join(test.stateDir, "docker-sessions"))).toBe(true);
  });

  it("start() begins scheduler and processes schedules", async () => {
    await using test = await createTestFleet({
      agents: { a: { schedules: { often: { type: "interval", interval: "1h", prompt: "go" } } } },
      scripts: { a: script().text("done") },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    await fleet.start();
    await expect
      .poll(() => fleet.getJobs())
      .toMatchObject([{ scheduleName: "often", status: "completed" }]);
  });

  it("clear error messages if config is invalid or paths don't exist", async () => {
    await using test = await createTestFleet({ agents: { a: { default_prompt: "x" } } });
    await writeFile(join(test.dir, "agents/a.yaml"), "name: a\nmax_turns: many\n");
    await expect(test.manager().initialize()).rejects.toMatchObject({
      code: "CONFIGURATION_ERROR",
      message: expect.stringMatching(/agents\/a\.yaml:2:\d+.*max_turns/s),
      validationErrors: [expect.stringContaining("max_turns")],
    });
    const missing = test.manager({ configPath: join(test.dir, "nowhere.yaml") });
    await expect(missing.initialize()).rejects.toMatchObject({
      code: "CONFIGURATION_ERROR",
      message: expect.stringContaining("nowhere.yaml"),
    });
  });

  it("all options have sensible defaults", async () => {
    await using test = await createTestFleet({ agents: { a: { default_prompt: "x" } } });
    await using fleet = test.manager();
    await fleet.initialize();
    expect(fleet.getAgent("a")).toMatchObject({
      runtime: "sdk",
      concurrency: { limit: 1, running: 0, queued: 0 },
    });
    expect((await fleet.planTrigger("a")).permissionMode).toBe("acceptEdits");
  });
});
