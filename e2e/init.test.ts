import { mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createModelServer } from "@herdctl/testing";
import { expect, test } from "vitest";
import { herdctl } from "./herdctl.ts";

test("init writes a fleet that is valid and runs, agents join it, and nothing is overwritten", async () => {
  const dir = await realpath(await mkdtemp(join(tmpdir(), "herdctl-init-")));
  await using server = await createModelServer({ fallback: [{ text: "An empty folder." }] });
  const where = { cwd: dir, env: server.env(join(dir, "home")) };
  await writeFile(join(dir, ".gitignore"), "dist/");

  const written = await herdctl(["init"], where);
  expect(written.stdout.split("\n")).toEqual([
    "wrote herdctl.yaml",
    "wrote agents/hello.yaml",
    "wrote herdctl.schema.json",
    "changed .gitignore",
    "",
  ]);
  expect(await readFile(join(dir, ".gitignore"), "utf8")).toBe("dist/\n.herdctl/\n.env\n");
  const hello = await readFile(join(dir, "agents/hello.yaml"), "utf8");
  expect(hello).toMatch(/^# yaml-language-server: \$schema=\.\.\/herdctl\.schema\.json\n/);

  expect((await herdctl(["init", "agent", "reviewer"], where)).exitCode).toBe(0);
  const fleetFile = await readFile(join(dir, "herdctl.yaml"), "utf8");
  expect(fleetFile).toContain("# What every agent starts from");
  expect(fleetFile).toContain("- path: agents/reviewer.yaml");
  expect((await herdctl(["init", "agent", "reviewer"], where)).exitCode).toBe(4);

  const valid = await herdctl(["config", "validate"], where);
  expect(valid).toMatchObject({ exitCode: 0, stderr: "" });
  expect(valid.stdout).toBe("Valid: 2 agents, 0 schedules from 3 files.\n");
  const ran = await herdctl(["trigger", "hello"], where);
  expect(ran.stdout).toContain("An empty folder.");
  expect(ran.exitCode).toBe(0);
  await rm(dir, { recursive: true });
});
