import { open } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { FleetManager } from "@herdctl/core";
import { createInstantRuntime } from "./instant-runtime.ts";
import { createLargeFleet } from "./large-fleet.ts";
import { judge } from "./measure.ts";

const agents = 1_000;
const runtimeFactory = (): ReturnType<typeof createInstantRuntime> => createInstantRuntime();

/** How late fires are that are spread over a minute, beside a bare timer in the same process. */
export async function measureLateness(): Promise<boolean> {
  await using files = await createLargeFleet(
    agents,
    (index) =>
      `name: agent-${index}\nschedules:\n  s: { type: interval, interval: 2m, jitter: 60s, prompt: Go. }\n`,
  );
  await using fleet = new FleetManager({ ...files.options, runtimeFactory });
  const due = new Map<string, number>();
  const late: number[] = [];
  await fleet.initialize();
  // Told after the commit.
  fleet.on("schedule:triggered", ({ agentName }) => {
    const at = due.get(agentName);
    if (at !== undefined) late.push(Date.now() - at);
  });
  await fleet.start();
  for (const { agentName, nextTrigger } of fleet.getSchedules()) {
    if (nextTrigger) due.set(agentName, nextTrigger.getTime());
  }
  const bare = await timeSeconds(62, join(files.dir, "synced"));
  console.log(`\n${late.length} fires over 60 s, from due to committed and told`);
  for (const [what, times] of Object.entries(bare)) {
    const [middle, worst] = [percentile(times, 0.5), Math.max(...times)];
    console.log(`  ${what} beside it: ${middle.toFixed(1)} ms, at worst ${worst.toFixed(1)} ms`);
  }
  return [
    judge("lateness, median", percentile(late, 0.5), 5, "ms"),
    judge("lateness, 99 of 100", percentile(late, 0.99), 50, "ms"),
    late.length >= agents,
  ].every(Boolean);
}

// What a fire cannot be faster than: it waits for a timer and for a disk.
async function timeSeconds(
  count: number,
  path: string,
): Promise<Readonly<Record<string, readonly number[]>>> {
  await using file = await open(path, "w");
  const [timer, disk]: [number[], number[]] = [[], []];
  for (let due = 1_000 * Math.ceil(Date.now() / 1_000); timer.length < count; due += 1_000) {
    // A timer may also wake a little early: then it sleeps again, as the scheduler does.
    while (Date.now() < due) await delay(due - Date.now());
    timer.push(Date.now() - due);
    await delay(500);
    const start = performance.now();
    await file.write("x".repeat(4_096));
    await file.datasync();
    disk.push(performance.now() - start);
  }
  return { "a bare timer": timer, "a bare synced write": disk };
}

/** A thousand schedules that are due at once. */
export async function measureBurst(): Promise<boolean> {
  await using files = await createLargeFleet(
    agents,
    (index) =>
      `name: agent-${index}\nschedules:\n  s: { type: interval, interval: 1h, prompt: Go. }\n`,
  );
  await using fleet = new FleetManager({ ...files.options, runtimeFactory });
  let fired = 0;
  const all = Promise.withResolvers<void>();
  fleet.on("schedule:triggered", () => {
    fired += 1;
    if (fired === agents) all.resolve();
  });
  await fleet.initialize();
  const start = performance.now();
  await fleet.start();
  await Promise.race([all.promise, delay(10_000, undefined, { ref: false })]);
  console.log(
    `\n${fired} of ${agents} schedules due in the same instant, decided from the start on`,
  );
  return judge("the burst", performance.now() - start, 2_000, "ms") && fired === agents;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
