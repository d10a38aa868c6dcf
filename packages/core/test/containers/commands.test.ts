import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { processesOf } from "../fleet-manager/processes.ts";
import { createContainedFleet } from "./contained-fleet.ts";
import { containersOf, noEngine } from "./engine.ts";

const checks = (...commands: readonly string[]) => ({
  expect: commands.map((command) => ({ command, timeout: "20s" })),
});

describe.skipIf(noEngine)("the commands of an agent in a container", () => {
  it("check its work in one of the same kind, and see nothing else", async () => {
    await using test = await createContainedFleet({
      runtime: "sdk",
      script: script().tool("Bash", { command: "echo made >made" }).text("done"),
      agent: checks(
        `test "$(pwd)" = /workspace && grep made made`,
        `test -z "$ANTHROPIC_API_KEY" && ! test -e '${process.cwd()}' && echo "it's in" >checked`,
        "echo told >&2; exit 3",
      ),
    });
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    const job = await fleet.waitForJob(id);
    expect(job).toMatchObject({ status: "failed", exitReason: "unverified" });
    expect(job.result?.expect?.map(({ success, error }) => [success, error])).toEqual([
      [true, undefined],
      [true, undefined],
      [false, "exit code 3: told"],
    ]);
    expect(await containersOf(id)).toEqual([]);
    expect(processesOf(id)).toEqual([]);
  });

  it("end with everything that they start when their time is over", async () => {
    await using test = await createContainedFleet({
      runtime: "sdk",
      script: script().text("done"),
      agent: { expect: [{ command: "setsid sleep 60 & sleep 60", timeout: "2s" }] },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    expect(await fleet.waitForJob(id)).toMatchObject({ exitReason: "unverified" });
    expect(await containersOf(id)).toEqual([]);
    expect(processesOf(id)).toEqual([]);
  });

  it("open and close its schedules", async () => {
    await using test = await createContainedFleet({
      runtime: "sdk",
      script: script().text("done"),
      agent: {
        schedules: {
          often: {
            type: "interval",
            interval: "1h",
            when: { command: "test -e /workspace/wanted" },
          },
        },
      },
    });
    await mkdir(test.workspace("a"), { recursive: true });
    await writeFile(join(test.workspace("a"), "wanted"), "");
    await using fleet = test.manager();
    await fleet.initialize();
    await fleet.start();
    await expect
      .poll(() => fleet.getJobs({ agentName: "a" })[0]?.status, { timeout: 60_000 })
      .toBe("completed");
  });
});
