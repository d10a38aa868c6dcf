import { expect, test } from "vitest";
import { runKills } from "./run-kills.ts";
import { scenarios } from "./scenarios/all.ts";

const seed = 20_261_121;

test("a daemon that is killed ten times at its work breaks no promise", async () => {
  const report = await runKills({ seed, kills: 10, runtime: "scripted" });
  expect(report.violations).toEqual([]);
  expect(report).toMatchObject({ kills: 10 });
  expect(report.accepted).toBeGreaterThan(20);
});

test.for(scenarios)("$name", async ({ cannot, run }, { skip }) => {
  skip(cannot !== undefined, cannot);
  expect(await run(seed)).toEqual([]);
});
