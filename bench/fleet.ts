import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { FleetManager } from "@herdctl/core";
import { parse } from "yaml";
import { createInstantRuntime } from "./instant-runtime.ts";
import { createLargeFleet, type LargeFleet, quietAgent } from "./large-fleet.ts";
import { judge, median, printTimings } from "./measure.ts";

const agents = 1_000;
const rounds = 7;
const runtimeFactory = (): ReturnType<typeof createInstantRuntime> => createInstantRuntime();

/** `initialize()` and `start()` of a large fleet, beside reading and parsing its files. */
export async function measureStart(): Promise<boolean> {
  await using files = await createLargeFleet(agents, quietAgent);
  const before = memory();
  const first = await startOnce(files, 0);
  const used = memory() - before;
  await first.fleet[Symbol.asyncDispose]();
  await readAndParse(files);
  // In turn, so that a change in the machine's speed touches both.
  const [parsing, starting]: [number[], number[]] = [[], []];
  for (let round = 1; round <= rounds; round++) {
    parsing.push(await time(() => readAndParse(files)));
    const { fleet, duration } = await startOnce(files, round);
    starting.push(duration);
    await fleet[Symbol.asyncDispose]();
  }
  printTimings(
    `Start of ${agents} agents with two schedules each`,
    new Map([
      ["read and parse", parsing],
      ["initialize and start", starting],
    ]),
  );
  return [
    judge("start over reading and parsing", median(starting) / median(parsing), 2, "×"),
    judge("memory above idle", used, 60, "MB"),
  ].every(Boolean);
}

// Each time for the first time: with a state directory of its own.
async function startOnce(
  { dir, options }: LargeFleet,
  round: number,
): Promise<{ readonly fleet: FleetManager; readonly duration: number }> {
  const stateDir = join(dir, `state-${round}`);
  const fleet = new FleetManager({ ...options, stateDir, runtimeFactory });
  const duration = await time(async () => {
    await fleet.initialize();
    await fleet.start();
  });
  return { fleet, duration };
}

async function readAndParse({ files }: LargeFleet): Promise<void> {
  await Promise.all(files.map(async (file) => parse(await readFile(file, "utf8")) as unknown));
}

/** Processor time of a fleet that has nothing to do. */
export async function measureIdle(): Promise<boolean> {
  await using files = await createLargeFleet(agents / 2, quietAgent);
  await using fleet = new FleetManager({ ...files.options, runtimeFactory });
  await fleet.initialize();
  await fleet.start();
  await delay(2_000);
  const before = process.cpuUsage();
  await delay(60_000);
  const { user, system } = process.cpuUsage(before);
  console.log(`\nA fleet of ${agents} schedules that are not due, 60 s`);
  return judge("processor time", (user + system) / 1e6, 0.2, "s");
}

async function time(action: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

function memory(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss / 1e6;
}
