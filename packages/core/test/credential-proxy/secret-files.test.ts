import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTestFleet } from "@herdctl/testing";
import { expect, it } from "vitest";
import {
  removeLeftSecrets,
  removeSecrets,
  writeSecret,
} from "../../src/runner/runtime/container/credential-proxy/secret-files.ts";
import { temporaryFolder } from "../temporary-folder.ts";

it("leaves no secret of a run that nobody took, and takes none of another run", async () => {
  const folder = join(await temporaryFolder(), "a");
  const path = writeSecret(join(folder, "run-1"), "env", "KEY=secret\n");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  writeSecret(join(folder, "run-1"), "proxy", "{}");
  const other = writeSecret(join(folder, "run-11"), "env", "");
  await removeSecrets(join(folder, "run-1"));
  expect(readdirSync(folder).map((name) => join(folder, name))).toEqual([other]);
  await removeSecrets(join(folder, "none", "run"));
});

it("removes secrets of processes that were killed, and nothing else", async () => {
  const sessions = await temporaryFolder();
  const folder = join(sessions, "a");
  await mkdir(join(folder, "projects"), { recursive: true });
  const { pid } = spawnSync("true");
  for (const name of [`run.${pid}.env`, `run.${pid}.proxy`, `run.${pid}.json`, "run.env"]) {
    await writeFile(join(folder, name), "secret");
  }
  writeSecret(join(folder, "run"), "env", "of one that lives");
  await removeLeftSecrets(sessions);
  expect(readdirSync(folder).toSorted()).toEqual(
    ["projects", "run.env", `run.${pid}.json`, `run.${process.pid}.env`].toSorted(),
  );
});

it("removes them when a daemon starts", async () => {
  await using test = await createTestFleet({ agents: { a: {} } });
  await using fleet = test.manager();
  await fleet.initialize();
  const folder = join(test.stateDir, "docker-sessions", "a");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `run.${spawnSync("true").pid}.env`), "KEY=secret\n");
  await fleet.start();
  expect(readdirSync(folder)).toEqual([]);
});
