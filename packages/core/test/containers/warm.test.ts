import type { FleetManager, Job } from "@herdctl/core";
import { inPrompt, script, type ScriptBuilder, type TestFleet } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { answersOf, herdctl } from "../agent-tools/running.ts";
import { createContainedFleet } from "./contained-fleet.ts";
import { noEngine, warmContainersOf } from "./engine.ts";

const runtimes = ["sdk", "cli"] as const;

function createWarmFleet(options: Parameters<typeof createContainedFleet>[0]): Promise<TestFleet> {
  return createContainedFleet({ ...options, docker: { ephemeral: false, ...options.docker } });
}

async function start(fleet: FleetManager): Promise<void> {
  await fleet.initialize();
  await fleet.start();
}

async function run(fleet: FleetManager, prompt: ScriptBuilder): Promise<Job> {
  const { id } = await fleet.trigger("a", undefined, { promptOverride: inPrompt(prompt) });
  return fleet.waitForJob(id);
}

describe.skipIf(noEngine).each(runtimes)("a container that is kept (%s)", (runtime) => {
  it("has one job after the other: its caches stay, its processes do not", async () => {
    await using test = await createWarmFleet({ runtime, script: script().text("done") });
    await using fleet = test.manager();
    await start(fleet);
    const leave = "setsid env -i sleep 301 & sleep 302 & echo warm >$HOME/cache";
    const first = await run(fleet, script().tool("Bash", { command: leave }).text("one"));
    expect(first).toMatchObject({ status: "completed", result: { summary: "one" } });
    const [container] = await warmContainersOf(test.stateDir);
    const look = "cat $HOME/cache; cat /proc/[0-9]*/cmdline | tr '\\0' ' '";
    const second = await run(
      fleet,
      script()
        .tool("Bash", { command: look })
        .tool(herdctl("report"), { status: "success", summary: "all good" })
        .text("two"),
    );
    expect(second).toMatchObject({ status: "completed", result: { summary: "two" } });
    expect(second.report).toMatchObject({ summary: "all good" });
    const [seen = ""] = await answersOf(fleet, second.id);
    expect(seen).toContain("warm");
    expect(seen).not.toMatch(/sleep 30[12]/);
    expect(await warmContainersOf(test.stateDir)).toEqual([container]);
    await fleet.stop();
    expect(await warmContainersOf(test.stateDir)).toEqual([]);
  });
});
