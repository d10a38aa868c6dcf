import { readFile, writeFile } from "node:fs/promises";
import type { FleetManager, Job } from "@herdctl/core";
import { inPrompt, type ScriptBuilder, type TestFleet } from "@herdctl/testing";
import { type ContainedFleetOptions, createContainedFleet } from "./contained-fleet.ts";

/** A fleet whose agent `a` keeps its containers. */
export function createWarmFleet(options: ContainedFleetOptions): Promise<TestFleet> {
  return createContainedFleet({ ...options, docker: { ephemeral: false, ...options.docker } });
}

/** Lets an agent do this, and resolves with the job once it is over. */
export async function run(fleet: FleetManager, says: ScriptBuilder, agent = "a"): Promise<Job> {
  const { id } = await fleet.trigger(agent, undefined, { promptOverride: inPrompt(says) });
  return fleet.waitForJob(id);
}

/** Changes the fleet file. */
export async function editFleet(
  { configPath }: Pick<TestFleet, "configPath">,
  change: (fleet: { defaults: { docker: Record<string, unknown> }; agents: unknown[] }) => void,
): Promise<void> {
  const fleet = JSON.parse(await readFile(configPath, "utf8"));
  change(fleet);
  await writeFile(configPath, JSON.stringify(fleet));
}
