import { join } from "node:path";
import { createTestFleet, script } from "@herdctl/testing";
import { expect, test } from "vitest";
import { herdctl, processesWith, startHerdctl } from "./herdctl.ts";

test("after kill -9 of a running fleet the next start settles its job and nothing of it is alive", async () => {
  await using fleet = await createTestFleet({
    agents: {
      worker: { default_prompt: "Work.", permission_mode: "bypassPermissions", concurrency: 2 },
    },
    scripts: {
      worker: script()
        .tool("Bash", {
          command: "setsid python3 -c 'import time; time.sleep(300)' & echo started",
        })
        .tool("Bash", { command: "python3 -c 'import time; time.sleep(300)'" }),
    },
  });
  const where = { cwd: fleet.dir, env: fleet.env };
  await using first = startHerdctl(["start"], where);
  await first.shows("control socket");
  const id = (await herdctl(["trigger", "worker", "--detach"], where)).stdout.trim();
  await using follower = startHerdctl(["logs", id, "-f"], where);
  await follower.shows(/started[^]*time\.sleep\(300\)'\n$/);
  first.kill("SIGKILL");
  expect((await first.done).exitCode).toBe(137);

  const before = await herdctl(["job", id, "--json"], where);
  expect(JSON.parse(before.stdout)).toMatchObject({ id, status: "running" });
  await using second = startHerdctl(["start"], where);
  await second.shows("control socket");
  // It has waited for the next daemon.
  expect(await follower.done).toMatchObject({ exitCode: 0 });
  const after = JSON.parse((await herdctl(["job", id, "--json"], where)).stdout);
  expect(after).toMatchObject({ status: "failed", exitReason: "interrupted" });
  expect(processesWith(`HERDCTL_JOB=${id}`)).toEqual([]);
  const explained = await herdctl(["job", id], where);
  expect(explained.stdout).toContain("The process that ran it ended before the job did.");
  expect((await herdctl(["stop"], where)).exitCode).toBe(0);
  expect(processesWith(`HOME=${join(fleet.dir, "home")}`)).toEqual([]);
});
