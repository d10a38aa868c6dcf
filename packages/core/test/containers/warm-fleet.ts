import { readFile, writeFile } from "node:fs/promises";
import type { FleetManager, Job } from "@herdctl/core";
import { inPrompt, type ScriptBuilder, type TestFleet } from "@herdctl/testing";
import { onTestFinished } from "vitest";
import { type ContainedFleetOptions, createContainedFleet } from "./contained-fleet.ts";
import { docker } from "./engine.ts";

/** A fleet whose agent `a` keeps its containers; none of them outlives the test. */
export async function createWarmFleet(options: ContainedFleetOptions): Promise<TestFleet> {
  const keeps = { ephemeral: false, ...options.docker };
  const test = await createContainedFleet({ ...options, docker: keeps });
  onTestFinished(async () => {
    const left = await keptContainers(test);
    if (left.length > 0) await docker("rm", "--force", ...left);
  });
  return test;
}

/** Ids of the containers that the agents of a fleet keep, in the order of their names. */
export async function keptContainers({
  stateDir,
}: Pick<TestFleet, "stateDir">): Promise<readonly string[]> {
  const filters = [`label=herdctl.state=${stateDir}`, "label=herdctl.warm"];
  const flags = filters.flatMap((filter) => ["--filter", filter]);
  const lines = await docker(
    "ps",
    "--all",
    "--no-trunc",
    ...flags,
    "--format",
    "{{.Names}} {{.ID}}",
  );
  return lines
    .split("\n")
    .filter((line) => line !== "")
    .toSorted()
    .map((line) => line.split(" ")[1] ?? "");
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
