import { spawnSync } from "node:child_process";
import type { FleetManager } from "@herdctl/core";
import { claudeBinary, createTestFleet, script, testImage } from "@herdctl/testing";
import { interleave, judge, median, printTimings } from "./measure.ts";

const runtimes = ["sdk", "cli"] as const;
const rounds = 7;

/** What a job costs in a container beyond the same one on this machine: in a new one, in a kept one. */
export async function measureContainers(): Promise<boolean> {
  if (spawnSync("docker", ["version"], { stdio: "ignore" }).status !== 0) {
    console.log("\nContainers: not measured, because no engine answers");
    return true;
  }
  await using files = await createTestFleet({
    agents: Object.fromEntries(agents.map(({ name, ...agent }) => [name, agentFile(name, agent)])),
    fleet: { defaults: { docker: await dockerDefaults() } },
    files: Object.fromEntries(agents.map(({ name }) => [`agents/${name}/.keep`, ""])),
    scripts: Object.fromEntries(agents.map(({ name }) => [name, script().text("done")])),
  });
  await using fleet = files.manager();
  await fleet.initialize();
  await fleet.start();
  const timings = await interleave(
    agents.map(({ name }) => ({ name, run: () => run(fleet, name) })),
    rounds,
  );
  printTimings("One job that answers at once", timings);
  const beyond = (runtime: string, where: string): number =>
    median(timings.get(`${runtime}-${where}`)) - median(timings.get(`${runtime}-bare`));
  return runtimes
    .flatMap((runtime) => [
      judge(`a ${runtime} job in a new container`, beyond(runtime, "cold"), 750, "ms"),
      judge(`a ${runtime} job in a kept container`, beyond(runtime, "warm"), 400, "ms"),
    ])
    .every(Boolean);
}

const agents = runtimes.flatMap((runtime) => [
  { name: `${runtime}-bare`, runtime },
  { name: `${runtime}-cold`, runtime, docker: { enabled: true } },
  { name: `${runtime}-warm`, runtime, docker: { enabled: true, ephemeral: false } },
]);

/** In a folder below its own file's: an agent file may name no other for its container. */
function agentFile(name: string, agent: Readonly<Record<string, unknown>>): string {
  const plain = { default_prompt: "Answer.", setting_sources: [], working_directory: name };
  return JSON.stringify({ name, ...plain, ...agent });
}

async function dockerDefaults(): Promise<Readonly<Record<string, unknown>>> {
  const volumes = [`${claudeBinary()}:/usr/local/bin/claude:ro`];
  return { enabled: false, image: await testImage(), network: "none", volumes };
}

async function run(fleet: FleetManager, agentName: string): Promise<void> {
  const { id } = await fleet.trigger(agentName);
  const { status, error } = await fleet.waitForJob(id);
  if (status !== "completed") throw new Error(`${agentName}: ${error?.message}`);
}
