import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { herdctl, processesWith } from "./herdctl.ts";

test("the demo ends as intended, and its commands to look closer work", async () => {
  const home = await mkdtemp(join(tmpdir(), "herdctl-home-"));
  const env = { PATH: process.env["PATH"] ?? "", HOME: home };
  const { stdout, exitCode } = await herdctl(["demo"], { cwd: home, env });
  expect(exitCode).toBe(0);
  expect(stdout).toContain("no model, no key");
  expect(stdout).toContain("→ Bash git commit");
  expect(stdout).toMatch(/builder +completed +4 +\d+ +\$0\.\d+/);
  expect(stdout).toMatch(/reviewer +completed +3 /);
  expect(stdout).toMatch(/flaky +failed: max_turns /);
  const [, config = "", job = ""] = /-c (\S+) job (job-\w+)/.exec(stdout) ?? [];
  const closer = await herdctl(["-c", config, "job", job], { cwd: home, env });
  expect(closer.stdout).toContain("no-such-file.txt");
  expect(closer.exitCode).toBe(0);
  const [, folder = ""] = /rm -r (\S+)/.exec(stdout) ?? [];
  expect(processesWith(`HOME=${join(folder, "home")}`)).toEqual([]);
  expect(existsSync(join(home, ".claude"))).toBe(false);
  await rm(folder, { recursive: true });
  await rm(home, { recursive: true });
});
