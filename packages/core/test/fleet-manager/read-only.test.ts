import { readdir } from "node:fs/promises";
import { createTestFleet, script } from "@herdctl/testing";
import { expect, it } from "vitest";

it("a fleet that is opened for reading answers every question and changes nothing", async () => {
  await using test = await createTestFleet({
    agents: {
      a: { default_prompt: "x", schedules: { hourly: { type: "interval", interval: "1h" } } },
    },
    scripts: { a: script().text("done") },
  });
  {
    await using fleet = test.manager();
    await fleet.initialize();
    await fleet.waitForJob((await fleet.trigger("a")).id);
  }
  const before = await entriesOf(test.stateDir);
  await using fleet = test.manager({ readOnly: true });
  await fleet.initialize();
  expect(fleet.getStatus()).toMatchObject({ state: "initialized", jobs: { completed: 1 } });
  expect(fleet.getJob("latest")).toMatchObject({ status: "completed", output: "done\n" });
  expect(fleet.getAgents()).toMatchObject([{ name: "a", schedules: ["hourly"] }]);
  expect(await fleet.getSessions()).toHaveLength(1);
  expect(await fleet.getHealth()).toMatchObject({ problem: "not_running" });
  for (const work of [
    () => fleet.trigger("a"),
    () => fleet.pause(),
    () => fleet.start(),
    () => fleet.disableSchedule("a", "hourly"),
    () => fleet.addAgent("./nowhere"),
    () => fleet.removeAgent("a"),
  ]) {
    await expect(work()).rejects.toMatchObject({ code: "STATE_DIR" });
  }
  expect(await entriesOf(test.stateDir)).toEqual(before);
});

it("makes no state directory to look into", async () => {
  await using test = await createTestFleet({ agents: { a: {} } });
  await using fleet = test.manager({ readOnly: true });
  await expect(fleet.initialize()).rejects.toMatchObject({ code: "STATE_DIR" });
  expect(await readdir(test.dir)).not.toContain(".herdctl");
});

// SQLite's own are there while somebody reads, where they can be made.
async function entriesOf(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => !name.startsWith("herdctl.db-")).toSorted();
}
