import { script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { noEngine } from "./engine.ts";
import { createWarmFleet, run } from "./warm-fleet.ts";

const hog = script()
  .tool("Bash", { command: "head -c 900m /dev/zero | tail | wc -c" })
  .text("done");
const modest = script().tool("Bash", { command: "echo modest" }).text("done");

describe.skipIf(noEngine)("the limits of a container that is kept", () => {
  it("are told of by the jobs that met them, and by no others", async () => {
    const docker = { network: "none", memory: "700m" };
    await using test = await createWarmFleet({ runtime: "sdk", script: modest, docker });
    await using fleet = test.manager();
    await fleet.initialize();
    await fleet.start();
    const told: boolean[] = [];
    for (const says of [hog, modest, hog]) {
      const job = await run(fleet, says);
      expect(job.error).toBeUndefined();
      told.push(/^· The container had no memory left/m.test(job.output ?? ""));
    }
    expect(told).toEqual([true, false, true]);
  });
});
