import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTestFleet, ManualClock, script, type TestFleet } from "@herdctl/testing";
import { describe, expect, it } from "vitest";

async function edit(
  test: TestFleet,
  change: (agent: Record<string, unknown>) => void,
): Promise<void> {
  const file = join(test.dir, "agents/a.yaml");
  const agent = JSON.parse(await readFile(file, "utf8"));
  change(agent);
  await writeFile(file, JSON.stringify(agent));
}

const agents = {
  a: {
    default_prompt: "old",
    system_prompt: "OLD SYSTEM",
    schedules: { review: { type: "interval", interval: "5m", prompt: "tick", enabled: false } },
  },
};

describe("US-9: hot configuration reload", () => {
  it("reload() reloads and validates configuration; fails gracefully if new config is invalid (keeps old config)", async () => {
    await using test = await createTestFleet({ agents });
    await using fleet = test.manager();
    await fleet.initialize();
    await edit(test, (agent) => (agent.default_prompt = "new"));
    await fleet.reload();
    expect((await fleet.planTrigger("a")).prompt).toBe("new");
    await edit(test, (agent) => (agent.max_turns = "none"));
    await expect(fleet.reload()).rejects.toMatchObject({ code: "CONFIGURATION_ERROR" });
    expect((await fleet.planTrigger("a")).prompt).toBe("new");
  });

  it("running jobs continue with their original config; new jobs use the new configuration", async () => {
    await using test = await createTestFleet({
      agents,
      scripts: { a: script().tool("Read", { file_path: "x" }).wait(800).text("done") },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    await once(fleet, "job:output");
    await edit(test, (agent) => (agent.system_prompt = "NEW SYSTEM"));
    await fleet.reload();
    await fleet.waitForJob(id);
    const systems = (): string[] =>
      test.server.requests
        .filter(({ kind }) => kind === "main")
        .map(({ system }) => JSON.stringify(system));
    expect(systems().every((system) => system.includes("OLD SYSTEM"))).toBe(true);
    const next = await fleet.trigger("a");
    await fleet.waitForJob(next.id);
    expect(systems().at(-1)).toContain("NEW SYSTEM");
  });

  it("scheduler updates to reflect new schedules", async () => {
    await using test = await createTestFleet({ agents, scripts: { a: script().text("done") } });
    const clock = new ManualClock();
    await using fleet = test.manager({ clock });
    await fleet.initialize();
    await fleet.start();
    expect(fleet.getSchedule("a", "review").nextTrigger).toBeNull();
    await edit(test, (agent) => {
      agent.schedules = { review: { type: "interval", interval: "10m", prompt: "tick" } };
    });
    const completed = once(fleet, "job:completed");
    await fleet.reload();
    await completed;
    expect(fleet.getSchedule("a", "review")).toMatchObject({ enabled: true, interval: "10m" });
  });

  it("emits config:reloaded event with list of changes", async () => {
    await using test = await createTestFleet({ agents });
    await using fleet = test.manager();
    await fleet.initialize();
    await edit(test, (agent) => {
      agent.schedules = {
        review: { type: "interval", interval: "10m", prompt: "tick", enabled: false },
      };
      agent.max_turns = 3;
    });
    const reloaded = once(fleet, "config:reloaded");
    await fleet.reload();
    expect(await reloaded).toEqual([
      { changes: ["agent:a:max_turns added", "agent:a:schedule:review:interval changed"] },
    ]);
  });
});
