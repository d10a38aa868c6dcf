import { once } from "node:events";
import { createTestFleet, script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";

const fleetOf = {
  agents: {
    reviewer: { default_prompt: "x", description: "Reviews" },
    triager: {
      default_prompt: "y",
      schedules: { yearly: { type: "cron", cron: "0 0 1 1 *", prompt: "z" } },
    },
  },
  scripts: { reviewer: script().stall(), triager: script().text("done") },
};

describe("US-3: fleet status queries", () => {
  it("getStatus() returns overall fleet status", async () => {
    await using test = await createTestFleet(fleetOf);
    await using fleet = test.manager();
    await fleet.initialize();
    await fleet.start();
    await fleet.waitForJob((await fleet.trigger("triager")).id);
    const started = once(fleet, "agent:started");
    await fleet.trigger("reviewer");
    await started;
    const status = fleet.getStatus();
    expect(status).toMatchObject({
      state: "running",
      agents: { total: 2, running: 1, idle: 1 },
      jobs: { active: 1, queued: 0, completed: 1, failed: 0 },
      scheduler: { nextTrigger: expect.any(Date), activeSchedules: 1 },
    });
    expect(status.uptime).toBeGreaterThan(0);
    await fleet.stop({ waitForJobs: false });
  });

  it("getAgents() returns all configured agents with current state", async () => {
    await using test = await createTestFleet(fleetOf);
    await using fleet = test.manager();
    await fleet.initialize();
    const last = await fleet.trigger("triager");
    await fleet.waitForJob(last.id);
    const started = once(fleet, "agent:started");
    const current = await fleet.trigger("reviewer");
    await started;
    expect(fleet.getAgents()).toMatchObject([
      { name: "reviewer", state: "running", currentJob: current.id, runningJobs: [current.id] },
      { name: "triager", state: "idle", lastJob: last.id, schedules: ["yearly"] },
    ]);
    await fleet.stop({ waitForJobs: false });
  });

  it("getAgent(name) returns specific agent details", async () => {
    await using test = await createTestFleet(fleetOf);
    await using fleet = test.manager();
    await fleet.initialize();
    expect(fleet.getAgent("reviewer")).toMatchObject({
      name: "reviewer",
      description: "Reviews",
      workingDirectory: test.workspace("reviewer"),
      nextTrigger: null,
    });
    expect(() => fleet.getAgent("reviewr")).toThrow('Did you mean "reviewer"?');
  });

  it("query methods work whether fleet is running or stopped", async () => {
    await using test = await createTestFleet(fleetOf);
    await using fleet = test.manager();
    await fleet.initialize();
    const ask = (): unknown => ({
      agents: fleet.getAgents().map(({ name }) => name),
      agent: fleet.getAgent("triager").name,
      jobs: fleet.getJobs().map(({ id }) => id),
      job: fleet.getJob("latest").output,
      queue: fleet.getQueue().total,
      schedules: fleet.getSchedules().map(({ name }) => name),
      schedule: fleet.getSchedule("triager", "yearly").interval,
      total: fleet.getStatus().agents.total,
    });
    const { id } = await fleet.trigger("triager");
    await fleet.waitForJob(id);
    const initialized = ask();
    await fleet.start();
    const running = ask();
    await fleet.stop();
    expect(ask()).toEqual(running);
    expect(running).toEqual(initialized);
    expect(running).toMatchObject({ jobs: [id], job: "done\n", total: 2 });
  });

  it("returns consistent snapshot (no partial reads)", async () => {
    await using test = await createTestFleet(fleetOf);
    await using fleet = test.manager({ concurrency: { perAgent: 4 } });
    await fleet.initialize();
    const looks: unknown[] = [];
    const look = (): void => {
      const { jobs, agents } = fleet.getStatus();
      const all = fleet.getJobs();
      const count = (status: string): number => all.filter((job) => job.status === status).length;
      const infos = fleet.getAgents();
      const busy = infos.flatMap(({ runningJobs }) => runningJobs);
      looks.push([
        jobs.active - count("running"),
        jobs.queued - count("queued"),
        jobs.completed - count("completed"),
        jobs.active - busy.length,
        agents.running - infos.filter(({ state }) => state === "running").length,
      ]);
    };
    const names = ["job:created", "agent:started", "job:output", "job:completed"] as const;
    for (const name of names) fleet.on(name, look);
    const before = fleet.getStatus();
    const copy = structuredClone(before);
    const jobs = await Promise.all([1, 2, 3, 4, 5, 6].map(() => fleet.trigger("triager")));
    await Promise.all(jobs.map(({ id }) => fleet.waitForJob(id)));
    expect(looks.length).toBeGreaterThan(18);
    expect(looks).toEqual(looks.map(() => [0, 0, 0, 0, 0]));
    expect(before).toEqual(copy);
  });
});
