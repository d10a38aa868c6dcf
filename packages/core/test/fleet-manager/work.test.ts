import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTestFleet, script, type TestFleet, type TestFleetOptions } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { startDaemon } from "./start-daemon.ts";

async function fleetWith(
  tasks: readonly string[],
  options: Partial<TestFleetOptions> & { readonly agent?: Readonly<Record<string, unknown>> } = {},
): Promise<TestFleet> {
  const agent = {
    default_prompt: "Work.",
    work_source: { type: "folder", path: "../tasks", max_attempts: 2 },
    ...options.agent,
  };
  const test = await createTestFleet({
    agents: { one: agent, two: agent },
    scripts: { one: script().text("Done."), two: script().text("Done.") },
    ...options,
  });
  await mkdir(join(test.dir, "tasks"));
  for (const name of tasks) {
    await writeFile(join(test.dir, "tasks", name), `# Task ${name}\n\nDo what ${name} says.`);
  }
  return test;
}

const folder = async (test: TestFleet, path = ""): Promise<readonly string[]> => {
  const names = await readdir(join(test.dir, "tasks", path)).catch(() => []);
  return names.toSorted((a, b) => a.localeCompare(b));
};

describe("a folder as work source", () => {
  it("gives each job an item, part of its prompt, and puts it away when it is done", async () => {
    await using test = await fleetWith(["1.md", "2.md"]);
    await using fleet = test.manager();
    await fleet.initialize();
    const triggered = await Promise.all([fleet.trigger("one"), fleet.trigger("two")]);
    const jobs = await Promise.all(triggered.map(({ id }) => fleet.waitForJob(id)));
    expect(jobs.map(({ status }) => status)).toEqual(["completed", "completed"]);
    expect(new Set(jobs.map(({ workItem }) => workItem?.title))).toEqual(
      new Set(["Task 1.md", "Task 2.md"]),
    );
    const asked = JSON.stringify(test.server.requests);
    expect(asked).toContain("Do what 1.md says.");
    expect(asked).toContain("Do what 2.md says.");
    await expect.poll(() => folder(test, "done")).toEqual(["1.md", "2.md"]);
    expect(await folder(test)).toEqual(["done"]);
  });

  it("without work, a manual job asks no model and a schedule makes no job", async () => {
    await using test = await fleetWith([], {
      agent: { schedules: { often: { type: "interval", interval: "1h", prompt: "Work." } } },
    });
    await using fleet = test.manager();
    const skipped: string[] = [];
    fleet.on("schedule:skipped", ({ agentName, reason }) => skipped.push(`${agentName} ${reason}`));
    await fleet.initialize();
    const { id } = await fleet.trigger("one");
    const job = await fleet.waitForJob(id);
    expect(job).toMatchObject({ status: "completed", exitReason: "success" });
    expect(job.result?.summary).toContain("Nothing to do");
    await fleet.start();
    await expect.poll(() => new Set(skipped)).toEqual(new Set(["one no_work", "two no_work"]));
    expect(fleet.getJobs()).toHaveLength(1);
    expect(test.server.requests).toEqual([]);
  });

  it("is not asked when somebody says what to do", async () => {
    await using test = await fleetWith(["1.md"]);
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("one", undefined, { promptOverride: "Something else." });
    expect((await fleet.waitForJob(id)).workItem).toBeUndefined();
    expect(await folder(test)).toEqual(["1.md"]);
  });

  it("gives a retry an item, and a fork with a prompt of its own none", async () => {
    await using test = await fleetWith(["1.md", "2.md"]);
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("one");
    await fleet.waitForJob(id);
    const retried = await fleet.retryJob(id);
    expect((await fleet.waitForJob(retried.id)).workItem?.id).toBe("2.md");
    const forked = await fleet.forkJob(id, { promptOverride: "Something else." });
    expect((await fleet.waitForJob(forked.id)).workItem).toBeUndefined();
    const resumed = await fleet.resumeJob(id, "And now this.");
    expect((await fleet.waitForJob(resumed.id)).workItem).toBeUndefined();
  });

  it("offers an item again after a failure, and gives it up after too many", async () => {
    await using test = await fleetWith(["1.md"], { agent: { expect: [{ command: "false" }] } });
    await using fleet = test.manager();
    await fleet.initialize();
    const first = await fleet.trigger("one");
    expect(await fleet.waitForJob(first.id)).toMatchObject({ exitReason: "unverified" });
    await expect.poll(() => folder(test)).toEqual(["1.md"]);
    const second = await fleet.trigger("two");
    expect((await fleet.waitForJob(second.id)).workItem?.id).toBe("1.md");
    await expect.poll(() => folder(test)).toEqual(["failed"]);
    expect(await folder(test, "failed")).toEqual(["1.md"]);
  });

  it("has the item back when its job is cancelled", async () => {
    await using test = await fleetWith(["1.md"], {
      scripts: { one: script().stall() },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("one");
    await expect.poll(() => fleet.getJob(id).workItem?.id).toBe("1.md");
    await fleet.cancelJob(id);
    expect(await folder(test)).toEqual(["1.md"]);
    const next = await fleet.trigger("one", undefined, {});
    await expect.poll(() => fleet.getJob(next.id).workItem?.id).toBe("1.md");
    await fleet.cancelJob(next.id);
  });

  it("says on the job what to do when the folder is missing", async () => {
    await using test = await fleetWith([], {
      agent: { schedules: { often: { type: "interval", interval: "1h", prompt: "Work." } } },
    });
    await rename(join(test.dir, "tasks"), join(test.dir, "elsewhere"));
    await using fleet = test.manager();
    const fired = new Promise<string>((resolve) => {
      fleet.on("schedule:triggered", ({ jobId }) => resolve(jobId));
    });
    await fleet.initialize();
    await fleet.start();
    expect((await fleet.waitForJob(await fired)).error?.message).toContain("Create it");
  });

  it("keeps an item that cannot be put away from other jobs until it can", async () => {
    await using test = await fleetWith(["1.md"], {
      agent: { work_source: { type: "folder", path: "../tasks", pattern: "*.md" } },
    });
    const inTheWay = join(test.dir, "tasks/done");
    await writeFile(inTheWay, "not a folder");
    await using fleet = test.manager();
    const errors: string[] = [];
    fleet.on("log", ({ level, message }) => level === "error" && errors.push(message));
    await fleet.initialize();
    const work = async (): Promise<string | undefined> => {
      const { id } = await fleet.trigger("one");
      return (await fleet.waitForJob(id)).workItem?.id;
    };
    expect([await work(), await work()]).toEqual(["1.md", undefined]);
    expect(errors[0]).toContain("cannot put away the item 1.md");
    await rm(inTheWay);
    expect(await work()).toBeUndefined();
    expect(await folder(test, "done")).toEqual(["1.md"]);
  });

  it("loses no item to a daemon that is killed", async () => {
    await using test = await fleetWith(["1.md"], {
      scripts: { one: script().text("Starting.").stall(), two: script().text("Done.") },
    });
    await using daemon = startDaemon(test);
    await daemon.trigger("one");
    await using next = test.manager();
    await next.initialize();
    await expect.poll(() => next.getJob("latest").workItem?.id).toBe("1.md");
    const rival = await next.trigger("two");
    expect((await next.waitForJob(rival.id)).workItem).toBeUndefined();
    await daemon.said("assistant");
    await daemon.kill();

    await next.start();
    const again = await next.trigger("two");
    expect(await next.waitForJob(again.id)).toMatchObject({
      status: "completed",
      workItem: { id: "1.md" },
    });
    await expect.poll(() => folder(test, "done")).toEqual(["1.md"]);
  });
});
