import type { FleetManager } from "@herdctl/core";
import { createTestFleet, script } from "@herdctl/testing";
import { judge, median, printTimings } from "./measure.ts";

const names = ["sdk", "cli"];
const rounds = 11;

/** What a job costs on each runtime: until its answer is heard, and until it has ended. */
export async function measureRuntimes(): Promise<boolean> {
  const agent = { default_prompt: "Answer.", setting_sources: [] };
  await using files = await createTestFleet({
    agents: Object.fromEntries(names.map((runtime) => [runtime, { ...agent, runtime }])),
    scripts: Object.fromEntries(names.map((runtime) => [runtime, script().text("done")])),
  });
  await using fleet = files.manager();
  await fleet.initialize();
  await fleet.start();
  const timings = new Map<string, number[]>();
  for (const runtime of names) await run(fleet, runtime);
  for (let round = 0; round < rounds; round++) {
    for (const runtime of names) {
      for (const [what, ms] of Object.entries(await run(fleet, runtime))) {
        const name = `${runtime}: ${what}`;
        timings.set(name, [...(timings.get(name) ?? []), ms]);
      }
    }
  }
  printTimings("One job that answers at once", timings);
  const beyond = (what: string): number =>
    median(timings.get(`cli: ${what}`)) - median(timings.get(`sdk: ${what}`));
  return [
    judge("the answer of a cli job, beyond that of an sdk job", beyond("answer"), 300, "ms"),
    judge("the end of a cli job, beyond that of an sdk job", beyond("end"), 300, "ms"),
  ].every(Boolean);
}

async function run(fleet: FleetManager, agentName: string): Promise<Record<string, number>> {
  const start = performance.now();
  const { id } = await fleet.trigger(agentName);
  let answer = Number.NaN;
  for await (const line of fleet.streamJobLines(id)) {
    if (line.type === "assistant") answer = performance.now() - start;
  }
  await fleet.waitForJob(id);
  return { answer, end: performance.now() - start };
}
