import { join } from "node:path";
import { expect, test } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import { writeFiles } from "./files.ts";

const agent = { "agents/a.yaml": "name: a\n" };
const fleet = { "herdctl.yaml": "agents: [agents/*.yaml]\n", ...agent };

test("without a path, the fleet file is searched upward", async () => {
  const dir = await writeFiles({ ...fleet, "deep/er/x.txt": "" });
  const config = await loadConfig(undefined, { cwd: join(dir, "deep/er"), env: {} });
  expect(config.configPath).toBe(join(dir, "herdctl.yaml"));
  expect(config.configDir).toBe(dir);
});

test("herdctl.yml does as well, after herdctl.yaml", async () => {
  const dir = await writeFiles({ "herdctl.yml": "fleet: { name: yml }\n" });
  expect((await loadConfig(dir, { env: {} })).fleet.name).toBe("yml");
  const both = await writeFiles({ ...fleet, "herdctl.yml": "fleet: { name: yml }\n" });
  expect((await loadConfig(both, { env: {} })).configPath).toBe(join(both, "herdctl.yaml"));
});

test("a folder without a fleet file is its agent files, sorted and not those below", async () => {
  const dir = await writeFiles({
    "b.yml": "name: b\n",
    "a.yaml": "name: a\n",
    "notes.md": "no agent",
    "deeper/c.yaml": "name: c\n",
  });
  const { agents, configPath, configDir } = await loadConfig(dir, { env: {} });
  expect(agents.map(({ qualifiedName }) => qualifiedName)).toEqual(["a", "b"]);
  expect([configPath, configDir]).toEqual([dir, dir]);
});

test("one agent file is a fleet of one, whatever lies above it", async () => {
  const dir = await writeFiles({ ...fleet, "herdctl.yaml": "defaults: { model: opus }\n" });
  const { agents } = await loadConfig("agents/a.yaml", { cwd: dir, env: {} });
  expect(agents.map(({ name, model }) => ({ name, model }))).toEqual([
    { name: "a", model: undefined },
  ]);
  expect(agents[0]?.workingDirectory).toBe(join(dir, "agents"));
});

test("a fleet file may have any name", async () => {
  const dir = await writeFiles({ ...agent, "night.yaml": "version: 1\nagents: [agents/a.yaml]\n" });
  expect((await loadConfig("night.yaml", { cwd: dir, env: {} })).agents).toHaveLength(1);
});

test("the files that were read are listed, so that somebody can watch them", async () => {
  const dir = await writeFiles({
    "herdctl.yaml": "agents: [a.yaml]\n",
    "a.yaml": 'name: a\nschedules: { s: { type: cron, cron: "@daily", prompt_file: p.md } }\n',
    "p.md": "Look around.\n",
  });
  const { files, agents } = await loadConfig(dir, { env: {} });
  expect(files).toEqual(["a.yaml", "herdctl.yaml", "p.md"].map((file) => join(dir, file)));
  expect(agents[0]?.schedules[0]?.prompt).toBe("Look around.");
});

test.each<[title: string, path: string | undefined, says: string]>([
  ["a missing file, with the nearest one", "herdctl.yml", 'Did you mean "herdctl.yaml"?'],
  ["a missing folder", "nowhere/x.yaml", "nowhere does not exist either."],
  ["a missing file where there is none", "empty/x.yaml", 'empty has no YAML files. Run "herdctl'],
  ["a folder without YAML", "empty", "has neither a herdctl.yaml nor agent files (*.yaml)."],
])("%s is refused", async (_, path, says) => {
  const dir = await writeFiles({ ...fleet, "empty/readme.txt": "" });
  await expect(loadConfig(path, { cwd: dir, env: {} })).rejects.toMatchObject({
    code: "CONFIGURATION_ERROR",
    problems: [],
    message: expect.stringContaining(says) as string,
  });
});

test("a file that cannot be read is a problem like any other", async () => {
  const dir = await writeFiles({ "a.yaml/x.txt": "", "b.yaml": "nmae: b\n" });
  await expect(loadConfig(dir, { env: {} })).rejects.toMatchObject({
    problems: [
      { file: join(dir, "a.yaml"), line: 1, column: 1 },
      { file: join(dir, "b.yaml") },
      { file: join(dir, "b.yaml") },
    ],
    message: expect.stringContaining("cannot read") as string,
  });
});

test("a search that finds nothing says what to do", async () => {
  const dir = await writeFiles({ "x.txt": "" });
  await expect(loadConfig(undefined, { cwd: dir, env: {} })).rejects.toThrow(
    /No herdctl.yaml in .* or any folder above it. Run "herdctl init"/,
  );
});
