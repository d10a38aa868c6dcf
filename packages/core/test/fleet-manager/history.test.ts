import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTestFleet, ManualClock, script } from "@herdctl/testing";
import { expect, it } from "vitest";

it("forgets finished jobs beyond the limit with their output, oldest first", async () => {
  await using test = await createTestFleet({
    agents: { a: { default_prompt: "x" } },
    scripts: { a: script().text("done") },
  });
  await using fleet = test.manager({ history: { maxJobsPerAgent: 2 } });
  await fleet.initialize();
  const ids: string[] = [];
  for (let count = 0; count < 4; count++) {
    const { id } = await fleet.trigger("a");
    await fleet.waitForJob(id);
    ids.push(id);
  }
  const output = (id = ""): string => join(test.stateDir, "jobs", `${id}.jsonl`);
  await expect.poll(() => fleet.getJobs().map((job) => job.id)).toEqual([ids[3], ids[2]]);
  await expect.poll(() => existsSync(output(ids[0]))).toBe(false);
  expect(existsSync(output(ids[3]))).toBe(true);

  const forgotten = output("job-0000000000000000");
  writeFileSync(forgotten, "");
  await fleet.start();
  expect(existsSync(forgotten)).toBe(false);
  expect(existsSync(output(ids[3]))).toBe(true);
});

it("forgets by age what ended, and says how much the rest takes up", async () => {
  await using test = await createTestFleet({
    agents: { a: { default_prompt: "x" } },
    fleet: { history: { max_age: "30m" } },
    scripts: { a: script().text("done") },
  });
  const clock = new ManualClock();
  await using fleet = test.manager({ clock });
  await fleet.initialize();
  expect(fleet.getStatus().storage).toMatchObject({ outputBytes: 0, logBytes: 0 });
  await fleet.start();
  const { id } = await fleet.trigger("a");
  await fleet.waitForJob(id);
  const output = join(test.stateDir, "jobs", `${id}.jsonl`);
  const { storage } = fleet.getStatus();
  expect(storage.outputBytes).toBe(statSync(output).size);
  expect(storage.databaseBytes).toBeGreaterThan(4_096);
  await expect.poll(() => fleet.getStatus().storage.logBytes).toBeGreaterThan(100);

  await clock.advance(3_600_000);
  await expect.poll(() => existsSync(output)).toBe(false);
  expect(fleet.getJobs()).toEqual([]);
  expect(fleet.getStatus().storage.outputBytes).toBe(0);
});
