import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTestFleet, inPrompt, ManualClock, script, type TestFleet } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import type { FleetManager } from "../../src/fleet-manager/fleet-manager.ts";

const minute = 60_000;

function createFleet(
  schedule: Readonly<Record<string, unknown>>,
  {
    concurrency = 1,
    ...options
  }: { readonly concurrency?: number; readonly fleetWide?: number } = {},
): Promise<TestFleet> {
  const often = { type: "interval", interval: "5m", prompt: "tick", ...schedule };
  const other = { default_prompt: "hold" };
  const { fleetWide } = options;
  return createTestFleet({
    agents: { a: { concurrency, schedules: { often } }, other },
    fleet: fleetWide === undefined ? {} : { concurrency: { fleet_wide: fleetWide } },
    scripts: { a: script().stall(), other: script().stall() },
  });
}

async function startRunning(fleet: FleetManager): Promise<void> {
  await fleet.initialize();
  const started = once(fleet, "agent:started");
  await fleet.start();
  await started;
}

function ledger(fleet: FleetManager): readonly (string | undefined)[] {
  const { fires } = fleet.getScheduleFires({ agentName: "a" });
  return fires.toReversed().map(({ fate, reason }) => reason ?? fate);
}

describe("a schedule that is due while its last job is running", () => {
  it("skips it with its agent's room left, by default", async () => {
    await using test = await createFleet({}, { concurrency: 2 });
    const clock = new ManualClock();
    await using fleet = test.manager({ clock });
    await startRunning(fleet);
    const skipped = once(fleet, "schedule:skipped");
    await clock.advance(5 * minute);
    expect(await skipped).toMatchObject([{ reason: "already_running" }]);
    await fleet.stop({ waitForJobs: false });
  });

  it("queues it where overlap says so", async () => {
    await using test = await createFleet({ overlap: "queue" });
    const clock = new ManualClock();
    await using fleet = test.manager({ clock });
    await startRunning(fleet);
    for (const _ of [1, 2]) {
      const queued = once(fleet, "job:queued");
      await clock.advance(5 * minute);
      await queued;
    }
    expect(fleet.getQueue().items).toMatchObject([
      { agentName: "a", waitingFor: "agent" },
      { agentName: "a", waitingFor: "agent" },
    ]);
    expect(ledger(fleet)).toEqual(["fired", "fired", "fired"]);
    await fleet.stop({ waitForJobs: false });
  });

  it("ends it where overlap says so, and runs instead", async () => {
    await using test = await createFleet({ overlap: "cancel_running" });
    const clock = new ManualClock();
    await using fleet = test.manager({ clock });
    await startRunning(fleet);
    const [first] = fleet.getJobs();
    const [cancelled, started] = [once(fleet, "job:cancelled"), once(fleet, "agent:started")];
    await clock.advance(5 * minute);
    expect(await cancelled).toEqual([{ jobId: first?.id, reason: "superseded" }]);
    const [{ jobId }] = await started;
    expect(jobId).not.toBe(first?.id);
    expect(fleet.getJobs()).toMatchObject([{ status: "running" }, { status: "cancelled" }]);
    await fleet.stop({ waitForJobs: false });
  });

  it("runs beside it where overlap says so, up to the agent's limit", async () => {
    await using test = await createFleet({ overlap: "allow" }, { concurrency: 2 });
    const clock = new ManualClock();
    await using fleet = test.manager({ clock });
    await startRunning(fleet);
    const second = once(fleet, "agent:started");
    await clock.advance(5 * minute);
    await second;
    const skipped = once(fleet, "schedule:skipped");
    await clock.advance(5 * minute);
    expect(await skipped).toMatchObject([{ reason: "concurrency_limit" }]);
    expect(ledger(fleet)).toEqual(["fired", "fired", "concurrency_limit"]);
    await fleet.stop({ waitForJobs: false });
  });
});

describe("a schedule that continues its session", () => {
  it("skips it while another job is in that session", async () => {
    const resuming = { overlap: "allow", resume_session: true };
    const stalling = { ...resuming, prompt: inPrompt(script().text("hm").stall()) };
    await using test = await createFleet(
      { ...resuming, prompt: inPrompt(script().text("done")) },
      { concurrency: 2 },
    );
    const clock = new ManualClock();
    await using fleet = test.manager({ clock });
    await fleet.initialize();
    const completed = once(fleet, "job:completed");
    await fleet.start();
    await completed;
    const file = join(test.dir, "agents/a.yaml");
    const agent = JSON.parse(await readFile(file, "utf8"));
    Object.assign(agent.schedules.often, stalling);
    await writeFile(file, JSON.stringify(agent));
    await fleet.reload();
    const started = once(fleet, "job:output");
    await clock.advance(5 * minute);
    await started;
    const skipped = once(fleet, "schedule:skipped");
    await clock.advance(5 * minute);
    expect(await skipped).toMatchObject([{ reason: "session_busy" }]);
    await fleet.stop({ waitForJobs: false });
  });
});

describe("a schedule that is due at the fleet's limit", () => {
  it("waits in the queue with one job, whose earlier instants are superseded", async () => {
    await using test = await createFleet({}, { fleetWide: 1 });
    const clock = new ManualClock();
    await using fleet = test.manager({ clock });
    await fleet.initialize();
    const holding = once(fleet, "agent:started");
    const other = await fleet.trigger("other");
    await holding;
    const queued = once(fleet, "job:queued");
    await fleet.start();
    await queued;
    const [waiting] = fleet.getQueue().items;
    const fired: string[] = [];
    fleet.on("schedule:triggered", ({ jobId }) => fired.push(jobId));
    for (const _ of [1, 2]) {
      const superseded = once(fleet, "schedule:skipped");
      await clock.advance(5 * minute);
      expect(await superseded).toMatchObject([{ reason: "superseded" }]);
    }
    expect(fleet.getQueue().items).toMatchObject([{ jobId: waiting?.jobId, waitingFor: "fleet" }]);
    expect(fired).toEqual([waiting?.jobId, waiting?.jobId]);
    const { fires } = fleet.getScheduleFires({ agentName: "a" });
    expect(fires).toMatchObject([
      { fate: "fired", jobId: waiting?.jobId, dueAt: new Date("2026-01-01T00:10:00Z") },
      { fate: "skipped", reason: "superseded", count: 2 },
    ]);
    const started = once(fleet, "agent:started");
    await fleet.cancelJob(other.id);
    expect(await started).toMatchObject([{ jobId: waiting?.jobId }]);
    await fleet.stop({ waitForJobs: false });
  });
});
