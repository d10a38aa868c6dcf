import { createTestFleet } from "@herdctl/testing";
import { createRandom } from "../random.ts";
import { createScriptedRuntime } from "../scripted-runtime.ts";
import type { Scenario } from "./scenario.ts";

const count = 1_000;
// From the first fire to the last decision, milliseconds.
const longest = 2_000;

/** Very many schedules that are due at once. */
export const sameSecond: Scenario = {
  name: "1,000 schedules due in the same second all fire, once each",
  async run(seed) {
    const often = { type: "interval", interval: "1h", prompt: "Go." };
    const names = Array.from({ length: count }, (_, index) => `agent-${index}`);
    const agent = { working_directory: ".", schedules: { often } };
    await using test = await createTestFleet({
      agents: Object.fromEntries(names.map((name) => [name, agent])),
    });
    const runtime = createScriptedRuntime(createRandom(seed), { processes: false });
    await using fleet = test.manager({ runtimeFactory: () => runtime });
    const fired: number[] = [];
    const ended = Promise.withResolvers<void>();
    let left = count;
    fleet.on("schedule:triggered", () => fired.push(performance.now()));
    fleet.on("agent:stopped", () => {
      left -= 1;
      if (left === 0) ended.resolve();
    });
    await fleet.initialize();
    await fleet.start();
    const deadline = AbortSignal.timeout(30_000);
    deadline.addEventListener("abort", () => ended.resolve());
    await ended.promise;
    const took = (fired.at(-1) ?? 0) - (fired[0] ?? 0);
    const done = fleet.getJobs({ status: "completed", trigger: "schedule" }).length;
    return [
      ...(fired.length === count ? [] : [`${fired.length} of ${count} fired`]),
      ...(done === count ? [] : [`${done} of ${count} jobs completed`]),
      ...(took <= longest ? [] : [`deciding took ${took.toFixed(0)} ms`]),
    ];
  },
};
