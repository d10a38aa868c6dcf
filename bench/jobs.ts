import { FleetManager } from "@herdctl/core";
import { createAnswer, createInstantRuntime } from "./instant-runtime.ts";
import { createLargeFleet } from "./large-fleet.ts";
import { judge } from "./measure.ts";

const worker = (): string => "name: worker\ndefault_prompt: Go.\nconcurrency: 50\n";

/** Whole jobs, from trigger to end, through a runtime that does nothing. */
export async function measureThroughput(): Promise<boolean> {
  const jobs = 3_000;
  await using files = await createLargeFleet(1, worker);
  await using fleet = new FleetManager({
    ...files.options,
    history: { maxJobsPerAgent: 10 * jobs },
    runtimeFactory: () => createInstantRuntime(),
  });
  await fleet.initialize();
  await fleet.start();
  let ended = 0;
  const all = Promise.withResolvers<void>();
  fleet.on("job:completed", () => {
    ended += 1;
    if (ended === jobs) all.resolve();
  });
  const start = performance.now();
  for (let left = jobs; left > 0; left -= 50) {
    await Promise.all(Array.from({ length: 50 }, () => fleet.trigger("worker")));
  }
  await all.promise;
  const rate = (1_000 * jobs) / (performance.now() - start);
  console.log(`\n${jobs} jobs through a runtime that does nothing: ${rate.toFixed(0)} a second`);
  return judge("time per job", 1_000 / rate, 2, "ms");
}

/** Very many messages through one job. */
export async function measureMessages(): Promise<boolean> {
  const messages = 100_000;
  const answer = createAnswer(500);
  await using files = await createLargeFleet(1, worker);
  await using fleet = new FleetManager({
    ...files.options,
    runtimeFactory: () =>
      createInstantRuntime(function* () {
        for (let left = messages; left > 0; left--) yield answer;
      }),
  });
  await fleet.initialize();
  globalThis.gc?.();
  const memory = process.memoryUsage().rss;
  const cpu = process.cpuUsage();
  const start = performance.now();
  const { id } = await fleet.trigger("worker");
  await fleet.waitForJob(id);
  const seconds = (performance.now() - start) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  globalThis.gc?.();
  const rate = messages / seconds;
  console.log(`\n${messages} messages of 500 bytes through one job: ${rate.toFixed(0)} a second`);
  return [
    judge("time per message", 1e6 / rate, 20, "µs"),
    judge("processor time per message", (user + system) / messages, 20, "µs"),
    judge("memory above before", (process.memoryUsage().rss - memory) / 1e6, 60, "MB"),
  ].every(Boolean);
}
