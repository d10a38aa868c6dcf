import { createTestFleet, script } from "@herdctl/testing";
import { processesWith, startHerdctl } from "../../herdctl.ts";
import { createRandom } from "../random.ts";
import type { Scenario } from "./scenario.ts";

const tries = 4;
const longestEnd = 10_000;

/** SIGTERM before, while and just after the daemon starts. */
export const earlySigterm: Scenario = {
  name: "SIGTERM during the start ends it, and the next start is as if nothing had been",
  async run(seed) {
    const random = createRandom(seed);
    await using fleet = await createTestFleet({
      agents: { a: { schedules: { often: { type: "interval", interval: "1s", prompt: "Go." } } } },
      scripts: { a: script().text("done") },
    });
    const where = { cwd: fleet.dir, env: fleet.env };
    const violations: string[] = [];
    for (let count = 0; count < tries; count++) {
      const after = 40 + random.integer(900);
      await using daemon = startHerdctl(["start"], where);
      const timer = setTimeout(() => daemon.kill("SIGTERM"), after);
      const late = setTimeout(() => daemon.kill("SIGKILL"), after + longestEnd);
      const { exitCode, stderr } = await daemon.done;
      clearTimeout(timer);
      clearTimeout(late);
      // Before it listens the signal's own action ends it.
      if (![0, 128, 143].includes(exitCode))
        violations.push(`exit code ${exitCode} after SIGTERM at ${after} ms: ${stderr}`);
      const alive = processesWith(`HOME=${fleet.dir}/home`);
      if (alive.length > 0)
        violations.push(`alive after SIGTERM at ${after} ms: ${alive.join(", ")}`);
    }
    await using next = startHerdctl(["start"], where);
    await next.shows("control socket");
    next.kill("SIGTERM");
    const { exitCode } = await next.done;
    return exitCode === 0 ? violations : [...violations, `the next daemon ended with ${exitCode}`];
  },
};
