import { createTestFleet, script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";

const slow = script().wait(700).text("done");

describe("limits", () => {
  it("queue manual triggers first in, first out, higher priority first", async () => {
    await using test = await createTestFleet({
      agents: { a: { default_prompt: "x" } },
      scripts: { a: slow },
    });
    await using fleet = test.manager();
    const started: string[] = [];
    const queued: string[] = [];
    fleet.on("agent:started", ({ jobId }) => started.push(jobId));
    fleet.on("job:queued", ({ jobId }) => queued.push(jobId));
    await fleet.initialize();
    const first = await fleet.trigger("a");
    const second = await fleet.trigger("a");
    const third = await fleet.trigger("a");
    const urgent = await fleet.trigger("a", undefined, { priority: 5 });
    const { total, items } = fleet.getQueue();
    expect(total).toBe(3);
    expect(items.map((item) => item.jobId)).toEqual([urgent.id, second.id, third.id]);
    expect(items[0]).toMatchObject({ position: 1, priority: 5, waitingFor: "agent" });
    await Promise.all([first, second, third, urgent].map(({ id }) => fleet.waitForJob(id)));
    expect(started).toEqual([first.id, urgent.id, second.id, third.id]);
    expect(new Set(queued)).toEqual(new Set([second.id, third.id, urgent.id]));
  });

  it("hold over the whole fleet and over processes", async () => {
    await using test = await createTestFleet({
      agents: {
        a: { default_prompt: "x", concurrency: 3 },
        b: { default_prompt: "x", concurrency: 3 },
      },
      fleet: { concurrency: { fleet_wide: 2 } },
      scripts: { a: slow, b: slow },
    });
    await using one = test.manager();
    await using two = test.manager();
    await one.initialize();
    await two.initialize();
    let most = 0;
    const look = (): void => {
      most = Math.max(most, one.getStatus().jobs.active);
    };
    one.on("agent:started", look);
    two.on("agent:started", look);
    const jobs = await Promise.all([
      one.trigger("a"),
      two.trigger("b"),
      one.trigger("b"),
      two.trigger("a"),
    ]);
    const ended = await Promise.all(jobs.map(({ id }) => one.waitForJob(id)));
    expect(ended.map((job) => job.status)).toEqual([
      "completed",
      "completed",
      "completed",
      "completed",
    ]);
    expect(most).toBe(2);
  });

  it("refuse a trigger that must not queue", async () => {
    await using test = await createTestFleet({
      agents: { a: { default_prompt: "x" } },
      scripts: { a: slow },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a", undefined, { queue: false });
    await expect(fleet.trigger("a", undefined, { queue: false })).rejects.toMatchObject({
      code: "CONCURRENCY_LIMIT",
      agentName: "a",
      currentJobs: 1,
      limit: 1,
    });
    const queued = await fleet.trigger("a");
    await expect(fleet.trigger("a", undefined, { queue: false })).rejects.toThrow(
      'Agent "a" runs at most 1 at once and has 2, queued ones included.',
    );
    await fleet.waitForJob(id);
    await fleet.waitForJob(queued.id);
  });

  it("end a job at its timeout, and say so", async () => {
    await using test = await createTestFleet({
      agents: { a: { default_prompt: "x", timeout: "1s" } },
      scripts: { a: script().stall() },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    expect(await fleet.waitForJob(id)).toMatchObject({ status: "failed", exitReason: "timeout" });
  });
});
