import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTestFleet, script, type TestFleet } from "@herdctl/testing";
import { expect, it } from "vitest";

function createFleet(repo: string): Promise<TestFleet> {
  return createTestFleet({
    agents: {
      a: {
        default_prompt: "x",
        permission_mode: "bypassPermissions",
        working_directory: { root: "../clones" },
        repo,
      },
    },
    scripts: {
      a: script().tool("Bash", { command: "git log --format=%s > log.txt" }).text("done"),
    },
  });
}

it("clones a missing repository once, whole, and works in it", async () => {
  await using test = await createFleet("../origin");
  const origin = join(test.dir, "origin");
  mkdirSync(origin);
  writeFileSync(join(origin, "readme.md"), "hello");
  const git = (...args: string[]): void =>
    void execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.test", ...args], {
      cwd: origin,
    });
  git("init", "--quiet");
  git("add", ".");
  git("commit", "--quiet", "--message", "first commit");
  await using fleet = test.manager();
  await fleet.initialize();
  for (let round = 0; round < 2; round++) {
    const { id } = await fleet.trigger("a");
    expect(await fleet.waitForJob(id)).toMatchObject({ status: "completed" });
  }
  const folder = join(test.dir, "clones/origin");
  expect(readFileSync(join(folder, "log.txt"), "utf8")).toBe("first commit\n");
  expect(readdirSync(join(test.dir, "clones"))).toEqual(["origin"]);
});

it("fails with git's own words when there is nothing to clone, and leaves no folder", async () => {
  await using test = await createFleet("../nowhere");
  await using fleet = test.manager();
  await fleet.initialize();
  const { id } = await fleet.trigger("a");
  const job = await fleet.waitForJob(id);
  expect(job).toMatchObject({ status: "failed", error: { code: "WORKING_DIRECTORY" } });
  expect(job.error?.message).toMatch(/nowhere.*does not exist/s);
  expect(existsSync(join(test.dir, "clones/nowhere"))).toBe(false);
});
