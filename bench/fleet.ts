import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { FleetManager } from "@herdctl/core";
import { parse } from "yaml";
import { createInstantRuntime } from "./instant-runtime.ts";
import { createLargeFleet, quietAgent } from "./large-fleet.ts";
import { judge } from "./measure.ts";

const agents = 1_000;
const runtimeFactory = (): ReturnType<typeof createInstantRuntime> => createInstantRuntime();

/** `initialize()` and `start()` of a large fleet, beside reading and parsing its files. */
export async function measureStart(): Promise<boolean> {
  await using files = await createLargeFleet(agents, quietAgent);
  const parsing = await time(async () => {
    await Promise.all(
      files.files.map(async (file) => parse(await readFile(file, "utf8")) as unknown),
    );
  });
  const before = memory();
  await using fleet = new FleetManager({ ...files.options, runtimeFactory });
  const starting = await time(async () => {
    await fleet.initialize();
    await fleet.start();
  });
  const used = memory() - before;
  console.log(`\nStart of ${agents} agents with two schedules each`);
  console.log(
    `  read and parse ${parsing.toFixed(0)} ms, initialize and start ${starting.toFixed(0)} ms`,
  );
  return [
    judge("start over reading and parsing", starting / parsing, 2, "×"),
    judge("memory above idle", used, 60, "MB"),
  ].every(Boolean);
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
