import { once } from "node:events";
import { createTestFleet, ManualClock, script, type TestFleet } from "@herdctl/testing";
import { describe, expect, it } from "vitest";

const minute = 60_000;
const names = ["a", "often"] as const;

function createFleet(): Promise<TestFleet> {
  return createTestFleet({
    agents: {
      a: {
        schedules: {
          often: { type: "interval", interval: "5m", prompt: "tick" },
          nightly: { type: "cron", cron: "0 3 * * *", timezone: "UTC", prompt: "night" },
          off: { type: "interval", interval: "1h", prompt: "never", enabled: false },
        },
      },
    },
    scripts: { a: script().text("tock") },
  });
}

describe("US-7: schedule management", () => {
  it("getSchedules() returns all schedules with next trigger times", async () => {
    await using test = await createFleet();
    const clock = new ManualClock();
    await using fleet = test.manager({ clock });
    await fleet.initialize();
    const fired = once(fleet, "job:completed");
    await fleet.start();
    await fired;
    expect(fleet.getSchedules()).toMatchObject([
      {
        agentName: "a",
        name: "often",
        enabled: true,
        nextTrigger: new Date("2026-01-01T00:05:00Z"),
        interval: "5m",
      },
      {
        agentName: "a",
        name: "nightly",
        enabled: true,
        nextTrigger: new Date("2026-01-01T03:00:00Z"),
        interval: "0 3 * * *",
      },
      { agentName: "a", name: "off", enabled: false, nextTrigger: null, interval: "1h" },
    ]);
  });

  it("enableSchedule(agentName, scheduleName) enables a disabled schedule", async () => {
    await using test = await createFleet();
    const clock = new ManualClock();
    await using fleet = test.manager({ clock });
    await fleet.initialize();
    await fleet.disableSchedule(...names);
    await fleet.start();
    await clock.advance(12 * minute);
    const fired = once(fleet, "schedule:triggered");
    await fleet.enableSchedule(...names);
    expect(await fired).toMatchObject([{ agentName: "a", scheduleName: "often" }]);
    expect(fleet.getSchedule(...names)).toMatchObject({ enabled: true });
    expect(fleet.getScheduleFires().fires).toMatchObject([
      { fate: "fired", dueAt: new Date("2026-01-01T00:12:00Z") },
    ]);
  });

  it("disableSchedule(agentName, scheduleName) disables a schedule", async () => {
    await using test = await createFleet();
    await using fleet = test.manager({ clock: new ManualClock() });
    await fleet.initialize();
    const fired = once(fleet, "job:completed");
    await fleet.start();
    await fired;
    await fleet.disableSchedule(...names);
    expect(fleet.getSchedule(...names)).toMatchObject({ enabled: false, nextTrigger: null });
    await fleet.disableSchedule(...names);
    await expect(fleet.disableSchedule("a", "oftn")).rejects.toMatchObject({
      code: "SCHEDULE_NOT_FOUND",
      message: expect.stringContaining('Did you mean "often"?'),
    });
    await expect(fleet.disableSchedule("b", "often")).rejects.toMatchObject({
      code: "AGENT_NOT_FOUND",
    });
  });

  it("disabled state persists across restarts (stored in state)", async () => {
    await using test = await createFleet();
    {
      await using first = test.manager();
      await first.initialize();
      await first.disableSchedule(...names);
    }
    await using second = test.manager();
    await second.initialize();
    expect(second.getSchedule(...names)).toMatchObject({ enabled: false });
    await second.start();
    expect(second.getSchedule(...names)).toMatchObject({ enabled: false, nextTrigger: null });
    expect(second.getScheduleFires({ scheduleName: "often" }).fires).toEqual([]);
  });

  it("disabled schedules don't trigger but remain in config", async () => {
    await using test = await createFleet();
    const clock = new ManualClock();
    await using fleet = test.manager({ clock });
    await fleet.initialize();
    await fleet.disableSchedule(...names);
    await fleet.start();
    await clock.advance(60 * minute);
    expect(fleet.getJobs()).toEqual([]);
    expect(fleet.getScheduleFires().fires).toEqual([]);
    expect(fleet.getSchedules().map(({ name }) => name)).toContain("often");
    const { id } = await fleet.trigger(...names);
    expect(await fleet.waitForJob(id)).toMatchObject({ status: "completed" });
  });

  it("a schedule that its file disables stays so, and the error names the place", async () => {
    await using test = await createFleet();
    await using fleet = test.manager();
    await fleet.initialize();
    await expect(fleet.enableSchedule("a", "off")).rejects.toMatchObject({
      code: "INVALID_STATE",
      message: expect.stringMatching(/agents\/a\.yaml:\d+/),
    });
    expect(fleet.getSchedule("a", "off")).toMatchObject({ enabled: false });
    expect(fleet.previewSchedule("a", "off", 3)).toHaveLength(3);
  });
});
