import { createTestFleet, script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";

const agents = {
  a: {
    default_prompt: "default",
    schedules: { nightly: { type: "cron", cron: "0 3 * * *", prompt: "nightly" } },
  },
};
const scripts = { a: script().wait(300).text("done") };

describe("US-5: manual agent triggering", () => {
  it("trigger(agentName, scheduleName?, options?) creates and starts a job", async () => {
    await using test = await createTestFleet({ agents, scripts });
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    await expect.poll(() => fleet.getJob(id).status).toBe("running");
    expect((await fleet.waitForJob(id)).status).toBe("completed");
  });

  it("can trigger specific schedule or use agent defaults", async () => {
    await using test = await createTestFleet({ agents, scripts });
    await using fleet = test.manager();
    await fleet.initialize();
    expect(await fleet.trigger("a")).toMatchObject({ prompt: "default" });
    const scheduled = await fleet.trigger("a", "nightly");
    expect(scheduled).toMatchObject({
      prompt: "nightly",
      scheduleName: "nightly",
      trigger: "manual",
    });
    await fleet.cancelAll();
  });

  it("can pass runtime options (work items, prompt overrides)", async () => {
    await using test = await createTestFleet({ agents, scripts });
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a", "nightly", {
      workItems: [{ type: "github-issue", url: "https://example.test/7" }],
      promptOverride: "Focus on security issues",
    });
    await fleet.waitForJob(id);
    const request = test.server.requests.find(({ kind }) => kind === "main");
    const sent = JSON.stringify(request?.messages);
    expect(sent).toContain("Focus on security issues");
    expect(sent).toContain("https://example.test/7");
  });

  it("returns the created job", async () => {
    await using test = await createTestFleet({ agents, scripts });
    await using fleet = test.manager();
    await fleet.initialize();
    const job = await fleet.trigger("a");
    expect(job.id).toMatch(/^job-[0-9a-z]{16}$/);
    expect(fleet.getJob(job.id).createdAt).toEqual(job.createdAt);
    await fleet.waitForJob(job.id);
  });

  it("respects concurrency limits", async () => {
    await using test = await createTestFleet({ agents, scripts });
    await using fleet = test.manager();
    await fleet.initialize();
    const jobs = await Promise.all([fleet.trigger("a"), fleet.trigger("a"), fleet.trigger("a")]);
    let most = 0;
    fleet.on("agent:started", () => {
      most = Math.max(most, fleet.getAgent("a").concurrency.running);
    });
    await Promise.all(jobs.map(({ id }) => fleet.waitForJob(id)));
    expect(most).toBe(1);
  });
});
