import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createTestFleet, type TestFleet } from "@herdctl/testing";
import { expect, test } from "vitest";
import type { FleetManager } from "../../src/index.ts";
import { serve, serveRepositories } from "../installing/git-server.ts";
import { createRepository, writeFiles } from "../installing/repository.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const guest = { "agent.yaml": "name: guest\ndescription: Greets.\n", "wave.sh": "#!/bin/sh\n" };

interface Opened extends AsyncDisposable {
  readonly files: TestFleet;
  readonly fleet: FleetManager;
}

/** A fleet with one agent, `own`, and the folder of another one, `shared/guest`, beside its fleet file. */
async function open(env: Readonly<Record<string, string>> = {}): Promise<Opened> {
  const files = await createTestFleet({ agents: { own: {} } });
  await writeFiles(join(files.dir, "shared/guest"), guest);
  const fleet = files.manager({ env: { ...files.env, ...env } });
  await fleet.initialize();
  return {
    files,
    fleet,
    async [Symbol.asyncDispose]() {
      await fleet[Symbol.asyncDispose]();
      await files[Symbol.asyncDispose]();
    },
  };
}

const namesOf = (fleet: FleetManager): readonly string[] =>
  fleet.getAgents().map(({ name }) => name);

test.each([false, true])(
  "what was shown is added, and gone again, while the fleet runs (%s)",
  async (runs) => {
    await using opened = await open();
    const { files, fleet } = opened;
    if (runs) await fleet.start();
    const before = await readFile(files.configPath, "utf8");
    const preview = await fleet.previewAgent("./shared/guest");
    expect(preview).toMatchObject({
      name: "guest",
      description: "Greets.",
      source: { type: "folder", folder: join(files.dir, "shared/guest"), inside: "" },
      folder: "agents/guest",
      file: "agent.yaml",
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(preview.files).toEqual([
      { path: "agent.yaml", size: guest["agent.yaml"].length, executable: false },
      { path: "wave.sh", size: guest["wave.sh"].length, executable: true },
    ]);
    expect(JSON.stringify(preview)).not.toContain("#!/bin/sh");
    expect(await readFile(files.configPath, "utf8")).toBe(before);

    const reloaded = once(fleet, "config:reloaded");
    const added = await fleet.addAgent("./shared/guest", { digest: preview.digest });
    expect(added).toMatchObject({
      name: "guest",
      installedAt: expect.any(Date),
      files: { "agent.yaml": "unchanged", "wave.sh": "unchanged" },
    });
    expect(await reloaded).toEqual([{ changes: ["agent:guest added"] }]);
    expect(namesOf(fleet)).toEqual(["own", "guest"]);
    expect(await fleet.getInstalledAgents()).toEqual([added]);
    expect(await fleet.getInstalledAgent("guest")).toEqual({
      ...added,
      description: "Greets.",
      demands: preview.demands,
    });

    expect(await fleet.removeAgent("guest")).toEqual({
      folder: "agents/guest",
      removed: ["agent.yaml", "wave.sh"],
      kept: [],
    });
    expect(namesOf(fleet)).toEqual(["own"]);
    expect(JSON.parse(await readFile(files.configPath, "utf8"))).toEqual(JSON.parse(before));
  },
);

test.each<[title: string, change: Readonly<Record<string, string>>]>([
  ["another text", { "agent.yaml": "name: guest\ndescription: Bows.\n" }],
  ["one more file", { "run.sh": "#!/bin/sh\n" }],
])("with %s than was shown, nothing is added", async (_, change) => {
  await using opened = await open();
  const { files, fleet } = opened;
  const { digest } = await fleet.previewAgent("./shared/guest");
  expect((await fleet.previewAgent("./shared/guest")).digest).toBe(digest);
  await writeFiles(join(files.dir, "shared/guest"), change);
  await expect(fleet.addAgent("./shared/guest", { digest })).rejects.toMatchObject({
    code: "INVALID_STATE",
    message: expect.stringContaining("not what was looked at"),
    context: { agentName: "guest" },
  });
  expect(namesOf(fleet)).toEqual(["own"]);
  expect(await fleet.getInstalledAgents()).toEqual([]);
});

test("who asked for which agent from where is on record, and no password", async () => {
  const root = await temporaryFolder();
  await createRepository(guest, join(root, "acme/agents.git"));
  const githubUrl = await serveRepositories(root);
  await using opened = await open({ HERDCTL_GITHUB_URL: githubUrl });
  const { fleet } = opened;
  const url = `${githubUrl}/acme/agents.git`;
  await fleet.addAgent("acme/agents");
  await expect(fleet.addAgent("acme/agents", { name: "own" })).rejects.toThrow("has an agent");
  await expect(fleet.addAgent("https://ann:s3cr3t@x.example/a.git")).rejects.toThrow("password");
  await expect(fleet.removeAgent("nobody")).rejects.toThrow("nobody");
  await fleet.removeAgent("guest", { force: true });
  await fleet.previewAgent("acme/agents");
  const { entries } = fleet.getAudit();
  const actor = { via: "process" };
  expect(entries.map(({ seq: _, timestamp: __, ...entry }) => entry).toReversed()).toEqual([
    { operation: "addAgent", actor, agentName: "guest", source: url, outcome: "ok" },
    { operation: "addAgent", actor, agentName: "own", source: url, outcome: "INVALID_STATE" },
    { operation: "addAgent", actor, outcome: "INVALID_REQUEST" },
    { operation: "removeAgent", actor, agentName: "nobody", outcome: "AGENT_NOT_FOUND" },
    { operation: "removeAgent", actor, agentName: "guest", outcome: "ok" },
  ]);
});

test("what a fleet that stops meanwhile cannot take up is taken back", async () => {
  await using opened = await open();
  const { files, fleet } = opened;
  const before = await readFile(files.configPath, "utf8");
  const adding = fleet.addAgent("./shared/guest");
  await fleet.stop();
  await expect(adding).rejects.toMatchObject({ code: "INVALID_STATE" });
  expect(await readFile(files.configPath, "utf8")).toBe(before);
  await expect(fleet.addAgent("./shared/guest")).rejects.toThrow("stopped");
  expect(await fleet.getInstalledAgents()).toEqual([]);
});

test("an addition waits for a reload that is under way", async () => {
  await using opened = await open();
  const { fleet } = opened;
  await fleet.start();
  const reloads: Promise<void>[] = [];
  const adding = fleet.addAgent("./shared/guest");
  let isOver = false;
  const over = adding.finally(() => (isOver = true));
  while (!isOver) {
    reloads.push(fleet.reload().catch(() => undefined));
    await Promise.race([over, Promise.all(reloads)]);
  }
  await adding;
  await Promise.all(reloads);
  expect(namesOf(fleet)).toEqual(["own", "guest"]);
});

test("a fetch ends with its signal, and nothing has changed", async () => {
  const asked = Promise.withResolvers<void>();
  // A server that never answers.
  const githubUrl = await serve(() => asked.resolve());
  await using opened = await open({ HERDCTL_GITHUB_URL: githubUrl });
  const { fleet } = opened;
  const leave = new AbortController();
  const adding = fleet.addAgent("acme/agents", { signal: leave.signal });
  await asked.promise;
  leave.abort(new Error("enough"));
  await expect(adding).rejects.toThrow("enough");
  expect(await fleet.getInstalledAgents()).toEqual([]);
});
