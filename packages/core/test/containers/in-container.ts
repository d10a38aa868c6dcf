import type { Job } from "@herdctl/core";
import { script, type TestFleet } from "@herdctl/testing";
import { expect } from "vitest";
import { answersOf } from "../agent-tools/running.ts";
import { type ContainedFleetOptions, createContainedFleet } from "./contained-fleet.ts";

export interface Ran {
  /** What each command printed. */
  readonly answers: readonly string[];
  readonly test: TestFleet;
  readonly job: Job;
}

/** Has an agent carry out commands in its container, and looks at what came of it. */
export async function inContainer(
  commands: readonly string[],
  options: Partial<ContainedFleetOptions> & {
    readonly before?: (test: TestFleet) => unknown;
    readonly env?: Readonly<Record<string, string>>;
  },
  look: (ran: Ran) => unknown,
): Promise<void> {
  const said = commands.reduce(
    (so, command) => so.tool("Bash", { command: `{ ${command}\n} 2>&1 || echo "exit $?"` }),
    script(),
  );
  await using test = await createContainedFleet({
    runtime: "cli",
    script: said.text("done"),
    ...options,
  });
  await options.before?.(test);
  await using fleet = test.manager({ env: { ...test.env, ...options.env } });
  await fleet.initialize();
  const { id } = await fleet.trigger("a");
  const job = await fleet.waitForJob(id);
  expect(job.error).toBeUndefined();
  await look({ answers: await answersOf(fleet, id), test, job });
}
