import { once } from "node:events";
import { createTestFleet, ManualClock, script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";

const minute = 60_000;
const often = { type: "interval", interval: "5m", prompt: "tick" };
const ticking = {
  agents: { a: { schedules: { often } } },
  scripts: { a: script().text("tock") },
};

describe("schedules", () => {
  it("fire at once when new, then on their grid, and make a job each time", async () => {
    await using test = await createTestFleet(ticking);
    const clock = new ManualClock();
    await using fleet = test.manager({ clock });
    const jobs: string[] = [];
    fleet.on("schedule:triggered", ({ jobId }) => jobs.push(jobId));
    await fleet.initialize();
    const completed = once(fleet, "job:completed");
    await fleet.start();
    await completed;
    expect(fleet.getJob(jobs[0] ?? "")).toMatchObject({
      trigger: "schedule",
      scheduleName: "often",
      prompt: "tick",
      status: "completed",
    });
    const [schedule] = fleet.getSchedules();
    expect(schedule).toMatchObject({
      agentName: "a",
      name: "often",
      interval: "5m",
      enabled: true,
      nextTrigger: new Date(clock.now() + 5 * minute),
      lastJob: jobs[0],
    });
    const again = once(fleet, "job:completed");
    await clock.advance(5 * minute);
    await again;
    expect(jobs).toHaveLength(2);
  });

  it("skip at the agent's limit, with the reason in event and ledger", async () => {
    await using test = await createTestFleet({
      ...ticking,
      scripts: { a: script().stall() },
    });
    const clock = new ManualClock();
    await using fleet = test.manager({ clock });
    await fleet.initialize();
    const started = once(fleet, "agent:started");
    await fleet.start();
    await started;
    const skipped = once(fleet, "schedule:skipped");
    await clock.advance(5 * minute);
    expect(await skipped).toEqual([
      { agentName: "a", scheduleName: "often", reason: "concurrency_limit" },
    ]);
    expect(fleet.getJobs()).toHaveLength(1);
    await fleet.stop({ waitForJobs: false });
  });

  it("catch up the latest fire after a pause and report the others as missed", async () => {
    await using test = await createTestFleet(ticking);
    const clock = new ManualClock();
    await using fleet = test.manager({ clock });
    await fleet.initialize();
    const first = once(fleet, "job:completed");
    await fleet.start();
    await first;
    await fleet.stop();
    await clock.advance(21 * minute);
    const [missed, second] = [once(fleet, "schedule:missed"), once(fleet, "job:completed")];
    await fleet.start();
    expect(await missed).toMatchObject([{ agentName: "a", scheduleName: "often", count: 3 }]);
    await second;
    expect(fleet.getJobs()).toHaveLength(2);
  });

  it("leave disabled and foreign ones alone, and keep going when one cannot run", async () => {
    await using test = await createTestFleet({
      agents: {
        a: {
          default_prompt: "x",
          schedules: {
            off: { type: "interval", interval: "5m", prompt: "off", enabled: false },
            nightly: { type: "cron", cron: "0 3 * * *", timezone: "UTC", prompt: "night" },
          },
        },
        lost: {
          working_directory: "./gone",
          schedules: { often: { type: "interval", interval: "5m", prompt: "x" } },
        },
      },
      scripts: { a: script().text("night done") },
    });
    const clock = new ManualClock("2026-01-01T02:59:00Z");
    await using fleet = test.manager({ clock });
    await fleet.initialize();
    const failed = once(fleet, "job:failed");
    await fleet.start();
    await failed;
    expect(fleet.getJob("latest")).toMatchObject({
      agentName: "lost",
      error: { code: "WORKING_DIRECTORY" },
    });
    expect(fleet.getSchedule("a", "off")).toMatchObject({ enabled: false, nextTrigger: null });
    expect(fleet.getSchedule("a", "nightly").nextTrigger).toEqual(new Date("2026-01-01T03:00:00Z"));
    expect(fleet.getStatus().scheduler).toEqual({
      activeSchedules: 2,
      nextTrigger: new Date("2026-01-01T03:00:00Z"),
    });
    const completed = once(fleet, "job:completed");
    await clock.advance(minute);
    await completed;
    expect(fleet.getJobs({ agentName: "a" })).toMatchObject([{ scheduleName: "nightly" }]);
  });

  it("continue their session where resume_session asks for it", async () => {
    await using test = await createTestFleet({
      agents: {
        a: {
          schedules: {
            often: { ...often, resume_session: true },
          },
        },
      },
      scripts: { a: script().text("tock") },
    });
    const clock = new ManualClock();
    await using fleet = test.manager({ clock });
    await fleet.initialize();
    const first = once(fleet, "job:completed");
    await fleet.start();
    await first;
    const second = once(fleet, "job:completed");
    await clock.advance(5 * minute);
    await second;
    const sessions = fleet.getJobs().map((job) => job.sessionId);
    expect(sessions).toHaveLength(2);
    expect(new Set(sessions).size).toBe(1);
  });
});
