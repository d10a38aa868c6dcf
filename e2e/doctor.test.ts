import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTestFleet } from "@herdctl/testing";
import { expect, test } from "vitest";
import { herdctl } from "./herdctl.ts";

test("doctor says what is wrong with what remedy, and its exit code counts problems only", async () => {
  await using fleet = await createTestFleet({ agents: { near: { working_directory: ".." } } });
  const where = { cwd: fleet.dir, env: fleet.env };

  const warned = await herdctl(["doctor"], where);
  expect(warned).toMatchObject({ exitCode: 0, stderr: "" });
  expect(warned.stdout).toMatch(/^ok {7}node {11}Node\.js \d/m);
  expect(warned.stdout).toMatch(/^warning {2}fleet files .*: near\n +→ Let them work/m);
  expect(warned.stdout).toMatch(/\n\n0 problems, 1 warning\.\n$/);

  const { ANTHROPIC_API_KEY: _key, ANTHROPIC_AUTH_TOKEN: _token, ...env } = fleet.env;
  const keyless = await herdctl(["doctor", "--json"], { ...where, env });
  expect(keyless).toMatchObject({ exitCode: 1, stderr: "" });
  const report = JSON.parse(keyless.stdout);
  expect(report.ok).toBe(false);
  expect(report.checks).toContainEqual({
    name: "login",
    status: "problem",
    message: "neither a key nor a login",
    remedy: expect.stringContaining("ANTHROPIC_API_KEY"),
  });

  const noEngine = { ...fleet.env, DOCKER_HOST: "unix:///nowhere/docker.sock" };
  const asked = await herdctl(["doctor", "--docker"], { ...where, env: noEngine });
  expect(asked.exitCode).toBe(1);
  expect(asked.stdout).toMatch(/^problem {2}docker .*does not answer\. Start it/m);

  await rm(fleet.configPath);
  const without = await herdctl(["doctor"], where);
  expect(without.exitCode).toBe(0);
  expect(without.stdout).toMatch(/^warning {2}configuration {2}No herdctl\.yaml/m);
  const missed = await herdctl(["doctor", "--config", "no.yaml"], where);
  expect(missed.exitCode).toBe(1);
  expect(missed.stdout).toMatch(/^problem {2}configuration {2}No configuration at/m);

  await writeFile(join(fleet.dir, "herdctl.yaml"), "version: 1\nagents: [a.yaml]\ncolour: red\n");
  const broken = await herdctl(["doctor"], where);
  expect(broken.exitCode).toBe(1);
  expect(broken.stdout).toMatch(/^problem {2}configuration {2}2 problems\n +→ `herdctl config/m);
});
