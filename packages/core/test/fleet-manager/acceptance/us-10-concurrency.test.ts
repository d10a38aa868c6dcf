import { once } from "node:events";
import { createTestFleet, ManualClock, script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";

const slow = script().wait(500).text("done");

describe("US-10: concurrency control", () => {
  it("per-agent concurrency limit (configurable, default: 1)", async () => {
    await using test = await createTestFleet({
      agents: { one: { default_prompt: "x" }, three: { default_prompt: "x", concurrency: 3 } },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    expect(fleet.getAgents().map((agent) => agent.concurrency.limit)).toEqual([1, 3]);
  });

  it("fleet-wide concurrency limit (optional cap across all agents)", async () => {
    await using test = await createTestFleet({
      agents: { a: { default_prompt: "x" }, b: { default_prompt: "x" } },
      scripts: { a: slow, b: slow },
    });
    await using fleet = test.manager({ concurrency: { fleetWide: 1 } });
    await fleet.initialize();
    const jobs = [await fleet.trigger("a"), await fleet.trigger("b")];
    expect(fleet.getQueue().items.map((item) => item.waitingFor)).toEqual(["fleet"]);
    const ended = await Promise.all(jobs.map(({ id }) => fleet.waitForJob(id)));
    const [first, second] = ended;
    expect(second?.startedAt?.getTime()).toBeGreaterThanOrEqual(
      first?.completedAt?.getTime() ?? Infinity,
    );
  });

  it("jobs queue when limits are reached; queue is FIFO within priority levels; can query queue status", async () => {
    await using test = await createTestFleet({
      agents: { a: { default_prompt: "x" } },
      scripts: { a: script().stall() },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    await fleet.trigger("a");
    const low = await fleet.trigger("a");
    const high = await fleet.trigger("a", undefined, { priority: 9 });
    const lowToo = await fleet.trigger("a");
    const { total, items } = fleet.getQueue();
    expect(total).toBe(3);
    expect(items.map(({ jobId, position }) => [jobId, position])).toEqual([
      [high.id, 1],
      [low.id, 2],
      [lowToo.id, 3],
    ]);
    await fleet.cancelAll();
  });

  it("concurrency limits configurable at construction and via config", async () => {
    await using test = await createTestFleet({
      agents: { a: { default_prompt: "x" }, b: { default_prompt: "x", concurrency: 5 } },
      fleet: { concurrency: { per_agent: 2 } },
    });
    await using byFile = test.manager();
    await byFile.initialize();
    expect(byFile.getAgents().map((agent) => agent.concurrency.limit)).toEqual([2, 5]);
    await using byConstructor = test.manager({ concurrency: { perAgent: 4 } });
    await byConstructor.initialize();
    expect(byConstructor.getAgents().map((agent) => agent.concurrency.limit)).toEqual([4, 5]);
  });

  it("a schedule at its agent's limit is skipped with concurrency_limit and not queued", async () => {
    await using test = await createTestFleet({
      agents: {
        a: {
          default_prompt: "x",
          schedules: { often: { type: "interval", interval: "5m", prompt: "tick" } },
        },
      },
      scripts: { a: script().stall() },
    });
    await using fleet = test.manager({ clock: new ManualClock() });
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    await expect.poll(() => fleet.getJob(id).status).toBe("running");
    const skipped = once(fleet, "schedule:skipped");
    await fleet.start();
    expect(await skipped).toEqual([
      { agentName: "a", scheduleName: "often", reason: "concurrency_limit" },
    ]);
    expect(fleet.getQueue().total).toBe(0);
    await fleet.stop({ waitForJobs: false });
  });
});
