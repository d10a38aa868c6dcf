import { expect, test } from "vitest";
import { runOutlive } from "./run-outlive.ts";

test("jobs that do without their daemon end as if it had not been killed ten times", async () => {
  const report = await runOutlive({ seed: 20_261_121, kills: 10 });
  expect(report.violations).toEqual([]);
  expect(report).toMatchObject({ kills: 10, jobs: 16 });
}, 600_000);
