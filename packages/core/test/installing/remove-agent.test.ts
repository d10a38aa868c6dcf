import { mkdir, readFile, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import { addAgent } from "../../src/installing/add-agent.ts";
import { fetchAgent } from "../../src/installing/fetch-agent.ts";
import { getInstalledAgent, listInstalledAgents } from "../../src/installing/installed-agents.ts";
import { removeAgent, type RemoveAgentOptions } from "../../src/installing/remove-agent.ts";
import { StateManager } from "../../src/state/manager.ts";
import { enqueue } from "../state/conformance/setup.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { createFleetFolder, type FleetFolder } from "./fleet-folder.ts";
import { writeFiles } from "./repository.ts";

const files = { "agent.yaml": "name: guest\n", "docs/a.md": "A", "docs/deep/b.md": "B" };

interface Guest extends FleetFolder {
  /** As it was before the agent was added. */
  readonly before: Readonly<Record<string, string>>;
  readonly options: RemoveAgentOptions;
}

async function withGuest(fleetFiles: Readonly<Record<string, string>> = {}): Promise<Guest> {
  const fleet = await createFleetFolder(fleetFiles);
  const before = await fleet.snapshot();
  const source = await temporaryFolder();
  await writeFiles(source, files);
  await addAgent(await fetchAgent({ ...fleet.place, source }), fleet.place);
  return { ...fleet, before, options: { ...fleet.place, stateDir: fleet.stateDir } };
}

test("what was added goes, to the last byte", async () => {
  const fleet = await withGuest();
  const active: number[] = [];
  const activate = async (): Promise<void> => {
    const { agents } = await loadConfig(fleet.place.configPath, fleet.place);
    active.push(agents.length);
  };
  expect(await removeAgent("guest", { ...fleet.options, activate })).toEqual({
    folder: "agents/guest",
    removed: Object.keys(files),
    kept: [],
  });
  expect(active).toEqual([1]);
  const { agents: _, ...after } = await fleet.snapshot();
  expect(after).toEqual(fleet.before);
});

test("what was changed, or was never installed, stays", async () => {
  const fleet = await withGuest();
  await writeFiles(fleet.dir, {
    "agents/guest/docs/a.md": "Mine now.",
    "agents/guest/docs/notes.md": "It wrote this.",
    "agents/guest/work/report.md": "And this.",
  });
  await rm(join(fleet.dir, "agents/guest/docs/deep/b.md"));
  expect(await removeAgent("guest", fleet.options)).toEqual({
    folder: "agents/guest",
    removed: ["agent.yaml"],
    kept: ["docs/a.md"],
  });
  const left = Object.keys(await fleet.snapshot()).filter((path) =>
    path.startsWith("agents/guest/"),
  );
  expect(left).toEqual([
    "agents/guest/docs",
    "agents/guest/docs/a.md",
    "agents/guest/docs/notes.md",
    "agents/guest/work",
    "agents/guest/work/report.md",
  ]);
  expect(await listInstalledAgents(fleet.place)).toEqual([]);
});

test("a file that has become too large to read has changed", async () => {
  const fleet = await withGuest();
  // Sparse: more than a string or a buffer can hold, and nothing on disk.
  await truncate(join(fleet.dir, "agents/guest/docs/a.md"), 2 ** 40);
  expect(await listInstalledAgents(fleet.place)).toMatchObject([
    { files: { "docs/a.md": "changed", "agent.yaml": "unchanged" } },
  ]);
  expect(await removeAgent("guest", fleet.options)).toMatchObject({ kept: ["docs/a.md"] });
});

test("with force, what was changed goes, too, and still nothing else", async () => {
  const fleet = await withGuest();
  await writeFiles(fleet.dir, { "agents/guest/agent.yaml": "name: guest\n# Mine.\n" });
  await writeFiles(fleet.dir, { "agents/guest/mine.md": "Mine." });
  const removed = await removeAgent("guest", { ...fleet.options, force: true });
  expect(removed).toMatchObject({ removed: Object.keys(files), kept: [] });
  expect(await readFile(join(fleet.dir, "agents/guest/mine.md"), "utf8")).toBe("Mine.");
});

test.each([false, true])(
  "links that the agent made lead to nothing that is removed (force: %s)",
  async (force) => {
    const fleet = await withGuest();
    const elsewhere = await temporaryFolder();
    await rename(join(fleet.dir, "agents/guest/docs"), join(elsewhere, "docs"));
    await symlink(join(elsewhere, "docs"), join(fleet.dir, "agents/guest/docs"));
    await writeFile(join(elsewhere, "agent.yaml"), files["agent.yaml"]);
    await rm(join(fleet.dir, "agents/guest/agent.yaml"));
    await symlink(join(elsewhere, "agent.yaml"), join(fleet.dir, "agents/guest/agent.yaml"));
    const { kept } = await removeAgent("guest", { ...fleet.options, force });
    expect(kept).toContain("docs/a.md");
    expect(await readFile(join(elsewhere, "docs/deep/b.md"), "utf8")).toBe("B");
    expect(await readFile(join(elsewhere, "agent.yaml"), "utf8")).toBe(files["agent.yaml"]);
  },
);

test("while it has jobs, and when one begins in the last moment, everything stays", async () => {
  const fleet = await withGuest();
  const whole = await fleet.snapshot();
  const begin = async (): Promise<void> => {
    const state = await StateManager.open({ stateDir: fleet.stateDir });
    await enqueue(state.store, { id: "job-1", agentName: "guest" });
    await state.close();
  };
  const seen: number[] = [];
  const activate = async (): Promise<void> => {
    const { agents } = await loadConfig(fleet.place.configPath, fleet.place);
    if (seen.push(agents.length) === 1) await begin();
  };
  const refused = { code: "INVALID_STATE", context: { agentName: "guest", jobIds: ["job-1"] } };
  await expect(removeAgent("guest", { ...fleet.options, activate })).rejects.toMatchObject(refused);
  expect(seen).toEqual([1, 2]);
  await expect(removeAgent("guest", { ...fleet.options, activate })).rejects.toMatchObject(refused);
  expect(seen).toEqual([1, 2]);
  expect(await fleet.snapshot()).toMatchObject(whole);
});

test("the fleet has to be valid without it", async () => {
  const fleet = await withGuest();
  await writeFile(join(fleet.dir, "own.yaml"), "name: own\ncan_trigger: [guest]\n");
  const whole = await fleet.snapshot();
  await expect(removeAgent("guest", fleet.options)).rejects.toMatchObject({
    code: "CONFIGURATION_ERROR",
  });
  expect(await fleet.snapshot()).toEqual(whole);
});

test("an agent that has become invalid is removed all the same", async () => {
  const fleet = await withGuest();
  await writeFile(join(fleet.dir, "agents/guest/agent.yaml"), "name: guest\nnonsense: 1\n");
  expect(await removeAgent("guest", fleet.options)).toMatchObject({ kept: ["agent.yaml"] });
  expect((await loadConfig(fleet.place.configPath, fleet.place)).agents).toHaveLength(1);
});

test("where a pattern refers to it, the fleet hears of it once its file is gone", async () => {
  const text = "version: 1\nagents: ['*.yaml', 'agents/*/*.yaml']\n";
  const fleet = await withGuest({
    "herdctl.yaml": text.replace("*.yaml", "own.yaml"),
    "agents/other/agent.yaml": "name: other\n",
  });
  await writeFile(join(fleet.dir, "agents/guest/agent.yaml"), "name: guest\n# Mine.\n");
  await expect(removeAgent("guest", fleet.options)).rejects.toMatchObject({
    code: "INVALID_STATE",
    message: expect.stringContaining("--force"),
  });
  const active: number[] = [];
  const activate = async (): Promise<void> => {
    const { agents } = await loadConfig(fleet.place.configPath, fleet.place);
    active.push(agents.length);
  };
  await removeAgent("guest", { ...fleet.options, force: true, activate });
  expect(active).toEqual([3, 2]);
});

test("what a crash has left of an agent that was being added is removed", async () => {
  const fleet = await withGuest();
  await writeFile(fleet.place.configPath, "version: 1\nagents: [own.yaml]\n");
  await rename(join(fleet.dir, "agents/guest/docs"), join(fleet.dir, ".herdctl-agent-unfinished"));
  expect(await getInstalledAgent("guest", fleet.place)).not.toHaveProperty("demands");
  expect(await removeAgent("guest", fleet.options)).toMatchObject({ removed: ["agent.yaml"] });
  const source = await temporaryFolder();
  await writeFiles(source, files);
  await addAgent(await fetchAgent({ ...fleet.place, source }), fleet.place);
  await removeAgent("guest", fleet.options);
  const { agents: _, ...after } = await fleet.snapshot();
  expect(Object.keys(after)).toEqual(["herdctl.yaml", "own.yaml"]);
});

test("an agent that was not added so is not removed", async () => {
  const fleet = await withGuest();
  for (const [name, says] of [
    ["own", "No agent"],
    ["gest", 'Did you mean "guest"?'],
    ["__proto__", "No agent"],
  ] as const) {
    await expect(removeAgent(name, fleet.options)).rejects.toMatchObject({
      code: "AGENT_NOT_FOUND",
      message: expect.stringContaining(says),
    });
  }
});

test("nobody adds or removes beside another, and a left hold is named", async () => {
  const fleet = await withGuest();
  const held = join(fleet.dir, "herdctl.lock.json.held");
  await writeFile(held, "1");
  await expect(removeAgent("guest", fleet.options)).rejects.toMatchObject({
    code: "INVALID_STATE",
    message: expect.stringContaining(`remove ${held}`),
  });
});

test.each<[title: string, change: (lock: string) => string]>([
  ["no JSON", () => "{"],
  ["a path that leads out", (lock) => lock.replace('"docs/a.md"', '"../../own.yaml"')],
  ["an absolute path", (lock) => lock.replace('"docs/a.md"', '"/etc/passwd"')],
  ["a folder that leads out", (lock) => lock.replace('"agents/guest"', '"agents/.."')],
  ["a folder that is all", (lock) => lock.replace('"agents/guest"', '"."')],
  ["a later version", (lock) => lock.replace('"version": 1', '"version": 2')],
  ["a digest that is none", (lock) => lock.replace(/"[0-9a-f]{64}"/, '"x"')],
])("a record with %s is refused, and nothing is removed", async (_, change) => {
  const fleet = await withGuest();
  const file = join(fleet.dir, "herdctl.lock.json");
  await writeFile(file, change(await readFile(file, "utf8")));
  const whole = await fleet.snapshot();
  await expect(removeAgent("guest", fleet.options)).rejects.toMatchObject({
    code: "CONFIGURATION_ERROR",
    context: { file },
  });
  await rm(file);
  await mkdir(file);
  await expect(listInstalledAgents(fleet.place)).rejects.toThrow("cannot be used");
  await rm(file, { recursive: true });
  const { "herdctl.lock.json": __, ...others } = whole;
  expect(await fleet.snapshot()).toEqual(others);
});
