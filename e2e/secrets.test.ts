import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createTestFleet, script } from "@herdctl/testing";
import { expect, test } from "vitest";
import { type CommandResult, herdctl, startHerdctl } from "./herdctl.ts";

const secret = "s3cr3t-value-of-this-test";

test("a secret that the configuration refers to shows in no output, log, event or answer", async () => {
  await using fleet = await createTestFleet({
    agents: {
      keeper: {
        permission_mode: "bypassPermissions",
        env: { SERVICE_TOKEN: "${SERVICE_TOKEN}" },
        default_prompt: "Say ${SERVICE_TOKEN}.",
      },
    },
    scripts: {
      keeper: script()
        .text(`I know ${secret}.`)
        .tool("Bash", { command: "echo token=$SERVICE_TOKEN" })
        .text(`It is ${secret}.`),
    },
  });
  const where = { cwd: fleet.dir, env: { ...fleet.env, SERVICE_TOKEN: secret } };
  const said: CommandResult[] = [];
  const run = async (...args: string[]): Promise<void> =>
    void said.push(await herdctl(args, where));
  await run("trigger", "keeper", "--dry-run");
  await run("trigger", "keeper");
  await using daemon = startHerdctl(["start", "--json"], where);
  await daemon.shows("started");
  await using follower = startHerdctl(["logs", "-f", "--json"], where);
  await follower.shows("fleet started");
  await run("trigger", "keeper");
  await run("trigger", "keeper", "--json");
  for (const json of [[], ["--json"]]) {
    await run("jobs", ...json);
    await run("job", "latest", ...json);
    await run("logs", "latest", ...json);
    await run("status", ...json);
  }
  await run("config", "show");
  await run("config", "validate");
  await run("stop");
  said.push(await daemon.done, await follower.done);
  expect(said.map(({ exitCode }) => exitCode)).toEqual(said.map(() => 0));
  const everything = said.map(({ stdout, stderr }) => stdout + stderr).join("\n");
  expect(everything).toContain("token=[secret]");
  expect(everything).not.toContain(secret);
  const jobsDir = join(fleet.stateDir, "jobs");
  for (const file of readdirSync(jobsDir, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    expect(readFileSync(join(file.parentPath, file.name), "utf8")).not.toContain(secret);
  }
  // Without a valid configuration nobody knows what is secret.
  const blind = await herdctl(["job", "latest", "--json"], { ...where, env: fleet.env });
  expect(blind.exitCode).toBe(0);
  expect(blind.stdout).not.toContain(secret);
});
