import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import type { FleetEvents } from "@herdctl/core";
import { createTestFleet, inPrompt, ManualClock, script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { answersOf, herdctl, running } from "./running.ts";

const setNextRun = herdctl("set_next_run");

describe("set_next_run", () => {
  it("plans one job, which outlives the daemon and runs at its time", async () => {
    const clock = new ManualClock(Date.now());
    await using test = await createTestFleet({
      agents: { main: { session: { mode: "persistent" } } },
    });
    const says = script()
      .tool(setNextRun, { in: "2h", prompt: inPrompt(script().text("Looked again.")) })
      .text("Later.");
    const first = test.manager({ clock });
    await first.initialize();
    await first.start();
    const asked = clock.now();
    const { id } = await first.trigger("main", undefined, { promptOverride: inPrompt(says) });
    const { sessionId, status } = await first.waitForJob(id);
    expect(status).toBe("completed");
    const [planned] = first.getJobs({ status: "waiting" });
    expect(planned).toMatchObject({
      trigger: "agent",
      waitingFor: "time",
      parentJobId: id,
      wakeAt: new Date(asked + 2 * 3_600_000),
    });
    await first.stop();

    const next = test.manager({ clock });
    await next.initialize();
    await next.start();
    await clock.advance(2 * 3_600_000 - 1_000);
    expect(next.getJob(planned?.id ?? "").status).toBe("waiting");
    await clock.advance(1_000);
    const job = await next.waitForJob(planned?.id ?? "");
    expect(job).toMatchObject({ status: "completed", result: { summary: "Looked again." } });
    expect(job.sessionId).toBe(sessionId);
  });

  it("wakes in the daemon that planned it, in the middle of the agent's schedule", async () => {
    const clock = new ManualClock(Date.now());
    await using test = await createTestFleet({
      agents: {
        main: { schedules: { nightly: { type: "interval", interval: "300d", prompt: "-" } } },
      },
    });
    const again = inPrompt(script().text("Again."));
    const says = script().tool(setNextRun, { in: "1m", prompt: again }).text("Later.");
    await using fleet = test.manager({ clock });
    await fleet.initialize();
    await fleet.disableSchedule("main", "nightly");
    await fleet.start();
    const prompt = { promptOverride: inPrompt(says) };
    const { id } = await fleet.trigger("main", "nightly", prompt);
    await fleet.waitForJob(id);
    const [planned] = fleet.getJobs({ status: "waiting" });
    expect(planned?.scheduleName).toBe("nightly");
    const completed = once(fleet, "job:completed");
    await clock.advance(60_000);
    expect(await completed).toMatchObject([{ jobId: planned?.id }]);
  });

  it("keeps the last of several, and what it planned can be cancelled", async () => {
    const cancelled: FleetEvents["job:cancelled"][0][] = [];
    await running(
      script()
        .tool(setNextRun, { in: "1d" })
        .tool(setNextRun, { in: "2d", reason: "The build takes longer." })
        .text("Done."),
      { before: (_, fleet) => fleet.on("job:cancelled", (event) => void cancelled.push(event)) },
      async ({ fleet, answers }) => {
        const waiting = fleet.getJobs({ status: "waiting" });
        expect(waiting).toMatchObject([{ reason: "The build takes longer." }]);
        expect(answers[1]).toContain(waiting[0]?.id);
        expect(cancelled).toMatchObject([{ reason: "replaced" }]);
        expect(answers[0]).toContain(cancelled[0]?.jobId);
        await fleet.cancelJob(waiting[0]?.id ?? "");
        expect(fleet.getJobs({ status: "cancelled" })).toHaveLength(2);
      },
    );
  });

  it("is cancelled when its agent is removed from the configuration", async () => {
    await running(
      script().tool(setNextRun, { in: "1d" }).text("Later."),
      { agents: { other: {} } },
      async ({ test, fleet }) => {
        const [planned] = fleet.getJobs({ status: "waiting" });
        const config = JSON.parse(await readFile(test.configPath, "utf8"));
        config.agents = config.agents.filter(({ path }: { path: string }) =>
          path.includes("other"),
        );
        await writeFile(test.configPath, JSON.stringify(config));
        await fleet.reload();
        expect(fleet.getJob(planned?.id ?? "")).toMatchObject({
          status: "cancelled",
          exitReason: "agent_removed",
        });
      },
    );
  });

  it("refuses times that make no sense", async () => {
    await running(
      script()
        .tool(setNextRun, { in: "30s" })
        .tool(setNextRun, { in: "400d" })
        .tool(setNextRun, { in: "soon" })
        .tool(setNextRun, {})
        .tool(setNextRun, { at: "2020-01-01T00:00:00Z" })
        .tool(setNextRun, { at: "tomorrow" })
        .text("Done."),
      {},
      ({ fleet, answers }) => {
        expect(fleet.getJobs({ status: "waiting" })).toEqual([]);
        const words = ["at least a minute", "within a year", "is no duration", "Give either"];
        for (const [index, text] of words.entries()) expect(answers[index]).toContain(text);
        expect(answers[4]).toContain("at least a minute");
        expect(answers[5]).toContain("at");
      },
    );
  });
});

describe("a fleet without a daemon", () => {
  it("leaves what was planned to the next one", async () => {
    await using test = await createTestFleet({ agents: { main: {} } });
    await using fleet = test.manager();
    await fleet.initialize();
    const says = script().tool(setNextRun, { in: "1h" }).text("Later.");
    const { id } = await fleet.trigger("main", undefined, { promptOverride: inPrompt(says) });
    await fleet.waitForJob(id);
    expect(await answersOf(fleet, id)).toHaveLength(1);
    await fleet.stop();
    expect(fleet.getJobs({ status: "waiting" })).toHaveLength(1);
  });
});
