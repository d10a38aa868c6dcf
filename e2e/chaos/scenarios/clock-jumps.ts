import type { FleetManager } from "@herdctl/core";
import { createTestFleet, ManualClock } from "@herdctl/testing";
import { createRandom } from "../random.ts";
import { createScriptedRuntime } from "../scripted-runtime.ts";
import { readSnapshot } from "../snapshot.ts";
import type { Scenario } from "./scenario.ts";

const minute = 60_000;
const hour = 60 * minute;

/** A wall clock that jumps an hour ahead and an hour back. */
export const clockJumps: Scenario = {
  name: "a clock that jumps an hour fires nothing twice and does not stop the schedules",
  async run(seed) {
    await using test = await createTestFleet({
      agents: {
        a: { schedules: { grid: { type: "interval", interval: "10m", prompt: "Go." } } },
        b: { schedules: { times: { type: "cron", cron: "*/10 * * * *", prompt: "Go." } } },
      },
    });
    const clock = new ManualClock();
    const runtime = createScriptedRuntime(createRandom(seed), { processes: false });
    await using fleet = test.manager({ clock, runtimeFactory: () => runtime });
    const fires: { readonly schedule: string; readonly at: number }[] = [];
    fleet.on("schedule:triggered", ({ scheduleName }) =>
      fires.push({ schedule: scheduleName, at: clock.now() }),
    );
    await fleet.initialize();
    await fleet.start();
    const violations: string[] = [];
    for (const jump of [hour, -hour]) {
      await pass(fleet, clock, hour);
      clock.jump(jump);
      // Cron fires no instant again: after a jump back it waits until it has caught up.
      await pass(fleet, clock, 2 * hour);
      for (const schedule of ["grid", "times"]) {
        const last = fires.findLast((fire) => fire.schedule === schedule);
        if (!last || clock.now() - last.at > 20 * minute)
          violations.push(`${schedule} stopped after the clock jumped ${jump / hour} h`);
      }
    }
    await fleet.stop();
    const { fires: rows } = await readSnapshot(test.stateDir);
    const instants = rows.map((row) => `${row.scheduleName} ${row.dueAt}`);
    const twice = instants.filter((instant, index) => instants.indexOf(instant) !== index);
    const undecided = rows.filter(({ fate }) => fate === "deciding").map(({ dueAt }) => dueAt);
    return [
      ...violations,
      ...twice.map((instant) => `${instant} fired twice`),
      ...undecided.map((dueAt) => `${dueAt} was never decided`),
    ];
  },
};

// A minute at a time: the jobs between run on real time, and a schedule skips while its last one runs.
async function pass(fleet: FleetManager, clock: ManualClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += minute) {
    await clock.advance(minute);
    const jobs = [...fleet.getJobs({ status: "queued" }), ...fleet.getJobs({ status: "running" })];
    await Promise.all(jobs.map(({ id }) => fleet.waitForJob(id)));
  }
}
