import type { FleetManager, FleetManagerOptions, Job } from "@herdctl/core";
import { createTestFleet, type ScriptBuilder, type TestFleet } from "@herdctl/testing";

/** A job of agent `main` that is over, in a fleet that still runs. */
export interface Ran {
  readonly job: Job;
  readonly test: TestFleet;
  readonly fleet: FleetManager;
  /** What the tools answered, in order. */
  readonly answers: readonly string[];
}

export interface Setup {
  /** Fields of `main`. */
  readonly main?: Readonly<Record<string, unknown>>;
  readonly agents?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly scripts?: Readonly<Record<string, ScriptBuilder>>;
  readonly fleet?: Readonly<Record<string, unknown>>;
  readonly options?: Partial<FleetManagerOptions>;
  readonly before?: (test: TestFleet, fleet: FleetManager) => unknown;
}

/** Lets agent `main` do this, and hands over what it left while its fleet is there. */
export async function running(
  says: ScriptBuilder,
  setup: Setup,
  look: (ran: Ran) => unknown,
): Promise<void> {
  await using test = await createTestFleet({
    agents: { main: { default_prompt: "Do it.", ...setup.main }, ...setup.agents },
    scripts: { main: says, ...setup.scripts },
    ...(setup.fleet && { fleet: setup.fleet }),
  });
  await using fleet = test.manager(setup.options);
  await fleet.initialize();
  await setup.before?.(test, fleet);
  await fleet.start();
  const { id } = await fleet.trigger("main");
  const job = await fleet.waitForJob(id);
  await look({ job, test, fleet, answers: await answersOf(fleet, id) });
}

/** What the tools of a job answered, in order. */
export async function answersOf(fleet: FleetManager, id: string): Promise<readonly string[]> {
  const answers: string[] = [];
  for await (const line of fleet.streamJobLines(id)) {
    if (line.type === "tool_result") answers.push(line.text ?? "");
  }
  return answers;
}

/** Full name of one of herdctl's tools. */
export const herdctl = (tool: string): string => `mcp__herdctl__${tool}`;
