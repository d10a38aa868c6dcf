import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTestFleet } from "@herdctl/testing";
import { expect, test } from "vitest";
import { herdctl, startHerdctl } from "./herdctl.ts";

test("start --watch takes up what is edited, and keeps what it has when that is invalid", async () => {
  await using fleet = await createTestFleet({ agents: { a: { default_prompt: "old" } } });
  const where = { cwd: fleet.dir, env: fleet.env };
  const file = join(fleet.dir, "agents/a.yaml");
  await using daemon = startHerdctl(["start", "--watch"], where);
  await daemon.shows("control socket");
  await writeFile(file, (await readFile(file, "utf8")).replace('"old"', '"new"'));
  await daemon.shows("configuration reloaded");
  await writeFile(file, "name: a\nmax_turns: many\n");
  await daemon.shows("max_turns");
  const { stdout } = await herdctl(["trigger", "a", "--dry-run"], where);
  expect(stdout).toContain("new");
  expect((await herdctl(["stop"], where)).exitCode).toBe(0);
});
