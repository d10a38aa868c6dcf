import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { onStoreWrite, type StoreWrite } from "@herdctl/core";
import { createTestFleet, inPrompt, ManualClock, script } from "@herdctl/testing";
import { expect, it } from "vitest";

const quick = { agents: { a: { default_prompt: "x" } }, scripts: { a: script().text("done") } };

it("a fleet is well once it runs, and only then", async () => {
  await using test = await createTestFleet(quick);
  await using fleet = test.manager();
  await expect(fleet.getHealth()).rejects.toMatchObject({ code: "INVALID_STATE" });
  await fleet.initialize();
  expect(await fleet.getHealth()).toEqual({ problem: "not_running", claudeProcesses: 0 });
  await fleet.start();
  await expect.poll(() => fleet.getHealth()).toEqual({ claudeProcesses: 0 });
  await fleet.stop();
  expect(await fleet.getHealth()).toMatchObject({ problem: "not_running" });
});

it("a scheduler that no longer looks at the clock is told", async () => {
  const clock = new ManualClock("2026-01-01T00:00:00Z");
  await using test = await createTestFleet(quick);
  await using fleet = test.manager({ clock, scheduler: { checkInterval: 60_000 } });
  await fleet.initialize();
  await fleet.start();
  await expect.poll(() => fleet.getHealth()).toEqual({ claudeProcesses: 0 });
  clock.set(Date.parse("2026-01-01T00:02:00Z"));
  expect(await fleet.getHealth()).toEqual({ problem: "scheduler", claudeProcesses: 0 });
  await clock.advance(60_000);
  await expect.poll(() => fleet.getHealth()).toEqual({ claudeProcesses: 0 });
});

it("a store that takes nothing is told within seconds, and that it takes something again", async () => {
  await using test = await createTestFleet(quick);
  await using fleet = test.manager();
  await fleet.initialize();
  await fleet.start();
  {
    using other = new DatabaseSync(join(test.stateDir, "herdctl.db"));
    other.exec("BEGIN IMMEDIATE");
    expect(await fleet.getHealth()).toEqual({ problem: "store", claudeProcesses: 0 });
  }
  await expect.poll(() => fleet.getHealth()).toEqual({ claudeProcesses: 0 });
});

it("the claude of a running job is counted until the job is over", async () => {
  await using test = await createTestFleet(quick);
  await using fleet = test.manager();
  await fleet.initialize();
  await fleet.start();
  const stalling = inPrompt(script().text("Wait").stall());
  const job = await fleet.trigger("a", undefined, { promptOverride: stalling });
  await expect.poll(async () => (await fleet.getHealth()).claudeProcesses).toBe(1);
  await fleet.cancelJob(job.id);
  expect((await fleet.getHealth()).claudeProcesses).toBe(0);
});

it("tells every transaction of its store to whoever listens", async () => {
  await using test = await createTestFleet(quick);
  await using fleet = test.manager();
  await fleet.initialize();
  const writes: StoreWrite[] = [];
  const stop = onStoreWrite((write) => writes.push(write));
  await fleet.pause("a");
  stop();
  const heard = writes.length;
  await fleet.resume("a");
  expect(writes).toHaveLength(heard);
  const write = { stateDir: test.stateDir, durationMs: expect.any(Number), isStored: true };
  expect(writes).toEqual(Array.from({ length: heard }, () => write));
  expect(heard).toBeGreaterThan(0);
});
