import { expect, test } from "vitest";
import { noEngine } from "./chaos/containers/engine.ts";
import { runSoak } from "./chaos/containers/run-soak.ts";
import { runOutlive } from "./chaos/outlive/run-outlive.ts";
import { runKills } from "./chaos/run-kills.ts";
import { scenarios } from "./chaos/scenarios/all.ts";

const seed = 20_261_121;

test("a daemon that is killed ten times at its work breaks no promise", async () => {
  const report = await runKills({ seed, kills: 10, runtime: "scripted" });
  expect(report.violations).toEqual([]);
  expect(report).toMatchObject({ kills: 10 });
  expect(report.accepted).toBeGreaterThan(20);
});

test("jobs that do without their daemon end as if it had not been killed ten times", async () => {
  const report = await runOutlive({ seed, kills: 10 });
  expect(report.violations).toEqual([]);
  expect(report).toMatchObject({ kills: 10, jobs: 16 });
}, 600_000);

test.skipIf(noEngine).each([
  { runtime: "sdk", ephemeral: true },
  { runtime: "cli", ephemeral: false },
] as const)(
  "a daemon that is killed leaves no container and no outcome untrue: %o",
  { timeout: 600_000 },
  async (kind) => {
    const report = await runSoak({ ...kind, seed, jobs: 7, cancels: 1, kills: 1 });
    expect(report.violations).toEqual([]);
  },
);

test.for(scenarios)("$name", async ({ cannot, run }, { skip }) => {
  skip(cannot !== undefined, cannot);
  expect(await run(seed)).toEqual([]);
});
