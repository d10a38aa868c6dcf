import { createTestFleet, script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { startJob } from "../start-job.ts";

const agents = { a: { default_prompt: "x" } };

describe("US-8: graceful shutdown", () => {
  it("stop(options?) initiates graceful shutdown", async () => {
    await using test = await createTestFleet({ agents, scripts: { a: script().text("done") } });
    await using fleet = test.manager();
    await fleet.initialize();
    await fleet.start();
    const stopping = fleet.stop();
    await expect(fleet.trigger("a")).rejects.toMatchObject({ code: "INVALID_STATE" });
    await stopping;
    expect(fleet.state).toBe("stopped");
  });

  it("can wait for running jobs to complete, whatever triggered them", async () => {
    await using test = await createTestFleet({
      agents: {
        ...agents,
        b: { schedules: { often: { type: "interval", interval: "1h", prompt: "go" } } },
      },
      scripts: { a: script().wait(600).text("done"), b: script().wait(600).text("done") },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    let started = 0;
    fleet.on("agent:started", () => (started += 1));
    await fleet.start();
    await fleet.trigger("a");
    await expect.poll(() => started).toBe(2);
    await fleet.stop({ waitForJobs: true, timeout: 30_000 });
    expect(fleet.getJobs().map((job) => job.status)).toEqual(["completed", "completed"]);
  });

  it("can specify timeout for job completion; after timeout, jobs are cancelled", async () => {
    await using test = await createTestFleet({ agents, scripts: { a: script().stall() } });
    await using fleet = test.manager();
    await fleet.initialize();
    await fleet.start();
    const id = await startJob(fleet);
    const pending: number[] = [];
    await fleet.stop({ timeout: 200, onProgress: ({ pendingJobs }) => pending.push(pendingJobs) });
    expect(fleet.getJob(id)).toMatchObject({ status: "cancelled", cancelCause: "shutdown" });
    expect(pending[0]).toBe(1);
  });

  it("immediate shutdown cancels jobs", async () => {
    await using test = await createTestFleet({ agents, scripts: { a: script().stall() } });
    await using fleet = test.manager();
    await fleet.initialize();
    await fleet.start();
    const id = await startJob(fleet);
    await fleet.stop({ waitForJobs: false });
    expect(fleet.getJob(id).status).toBe("cancelled");
  });

  it("all state is persisted before shutdown completes, and `stopped` is emitted when complete", async () => {
    await using test = await createTestFleet({
      agents,
      scripts: { a: script().wait(300).text("done") },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    await fleet.start();
    const id = await startJob(fleet);
    let atStopped: string | undefined;
    fleet.on("stopped", () => (atStopped = fleet.getJob(id).status));
    await fleet.stop({ reason: "maintenance" });
    expect(atStopped).toBe("completed");
    await using other = test.manager();
    await other.initialize();
    expect(other.getJob(id).status).toBe("completed");
    await other.start();
  });
});
