import { expect, test } from "vitest";
import { noEngine } from "./engine.ts";
import { runSoak } from "./run-soak.ts";

const seed = 20_261_121;

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
