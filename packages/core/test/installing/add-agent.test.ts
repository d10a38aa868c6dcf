import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import { addAgent } from "../../src/installing/add-agent.ts";
import { fetchAgent } from "../../src/installing/fetch-agent.ts";
import { getInstalledAgent, listInstalledAgents } from "../../src/installing/installed-agents.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { createFleetFolder, fleetText } from "./fleet-folder.ts";
import { serveRepositories } from "./git-server.ts";
import { createRepository, writeFiles } from "./repository.ts";

const reviewer = {
  "agent.yaml": `name: reviewer
description: Reviews.
schedules:
  nightly: { type: cron, cron: "0 3 * * *", prompt_file: prompts/nightly.md }
`,
  "prompts/nightly.md": "Review what is new.\n",
  "check.sh": "#!/bin/sh\nexit 0\n",
};

const under = (folder: string, files: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));

test("an agent is fetched from a forge, shown, and added at the commit that was looked at", async () => {
  const root = await temporaryFolder();
  const repository = await createRepository(
    { "README.md": "Agents.", ...under("team/reviewer", reviewer) },
    join(root, "acme/agents.git"),
  );
  const commit = await repository.git("rev-parse", "HEAD");
  await repository.git("tag", "v1");
  await repository.commit({ "team/reviewer/prompts/nightly.md": "Something else.\n" });
  const githubUrl = await serveRepositories(root);
  const fleet = await createFleetFolder();

  const source = "github:acme/agents/team/reviewer#v1";
  const before = await fleet.snapshot();
  const offer = await fetchAgent({ ...fleet.place, source, githubUrl });
  expect(await fleet.snapshot()).toEqual(before);
  expect(offer).toMatchObject({
    name: "reviewer",
    description: "Reviews.",
    commit,
    folder: "agents/reviewer",
    file: "agent.yaml",
  });
  expect(offer.demands).toContainEqual({ kind: "schedules", text: "nightly: cron 0 3 * * *" });

  const installed = await addAgent(offer, fleet.place);
  expect(await readFile(join(fleet.dir, "herdctl.yaml"), "utf8")).toBe(
    `${fleetText}  - path: agents/reviewer/agent.yaml\n`,
  );
  const { agents } = await loadConfig(fleet.place.configPath, fleet.place);
  expect(agents.map(({ qualifiedName }) => qualifiedName)).toEqual(["own", "reviewer"]);
  expect(agents[1]?.schedules[0]?.prompt).toBe("Review what is new.");
  expect((await stat(join(fleet.dir, "agents/reviewer/check.sh"))).mode & 0o111).not.toBe(0);
  const added = Object.keys(await fleet.snapshot()).filter((path) => !(path in before));
  expect(added).toEqual([
    "agents",
    "agents/reviewer",
    "agents/reviewer/agent.yaml",
    "agents/reviewer/check.sh",
    "agents/reviewer/prompts",
    "agents/reviewer/prompts/nightly.md",
    "herdctl.lock.json",
  ]);

  const lock = JSON.parse(await readFile(join(fleet.dir, "herdctl.lock.json"), "utf8"));
  expect(lock).toEqual({ version: 1, agents: { reviewer: installed } });
  expect(installed).toMatchObject({
    commit,
    source: {
      type: "git",
      url: `${githubUrl}/acme/agents.git`,
      inside: "team/reviewer",
      ref: "v1",
    },
    installedAt: expect.stringMatching(/^\d{4}-/),
  });
  await writeFile(join(fleet.dir, "agents/reviewer/check.sh"), "#!/bin/sh\nexit 1\n");
  expect(await listInstalledAgents(fleet.place)).toMatchObject([
    { name: "reviewer", files: { "agent.yaml": "unchanged", "check.sh": "changed" } },
  ]);
  expect(await getInstalledAgent("reviewer", fleet.place)).toMatchObject({
    description: "Reviews.",
    demands: offer.demands,
  });
});

test.each<
  [
    title: string,
    ref: (repository: Awaited<ReturnType<typeof createRepository>>) => string | Promise<string>,
  ]
>([
  ["a branch", () => "feature/x"],
  ["a tag", () => "v1"],
  ["an annotated tag", () => "v2"],
  ["the id of a commit", (repository) => repository.git("rev-parse", "feature/x")],
])("an agent is fetched at %s", async (_, ref) => {
  const repository = await createRepository({ "agent.yaml": "name: old\n" });
  await repository.git("checkout", "--quiet", "-b", "feature/x");
  const commit = await repository.commit({ "agent.yaml": "name: reviewer\n" });
  await repository.git("tag", "v1");
  await repository.git("tag", "--annotate", "--message", "Two.", "v2");
  await repository.git("checkout", "--quiet", "main");
  const fleet = await createFleetFolder();
  const source = repository.url;
  const offer = await fetchAgent({ ...fleet.place, source, ref: await ref(repository) });
  expect(offer).toMatchObject({ name: "reviewer", commit });
  expect(await fetchAgent({ ...fleet.place, source })).toMatchObject({ name: "old" });
});

test("an agent comes from a folder, by its file, under another name", async () => {
  const folder = await temporaryFolder();
  await writeFiles(folder, {
    ...under("kit", reviewer),
    "kit/second.yaml": "name: own\n",
    "kit/.git/x": "",
  });
  const fleet = await createFleetFolder();
  const source = `${folder}/kit/second.yaml`;
  await expect(fetchAgent({ ...fleet.place, source })).rejects.toMatchObject({
    code: "INVALID_STATE",
    message: expect.stringContaining("--name"),
  });
  const offer = await fetchAgent({ ...fleet.place, source, name: "twin" });
  expect(offer).toMatchObject({ name: "twin", ownName: "own" });
  expect(offer.commit).toBeUndefined();
  await addAgent(offer, fleet.place);
  const { agents } = await loadConfig(fleet.place.configPath, fleet.place);
  expect(agents.map(({ qualifiedName }) => qualifiedName)).toEqual(["own", "twin"]);
  await expect(addAgent(offer, fleet.place)).rejects.toMatchObject({
    code: "INVALID_STATE",
    message: expect.stringContaining("herdctl agent remove twin"),
  });
});

test("where a pattern refers to it, the fleet file stays as it is", async () => {
  const folder = await temporaryFolder();
  await writeFiles(folder, reviewer);
  const text = "version: 1\nagents: [own.yaml, 'agents/*/*.yaml']\n";
  const fleet = await createFleetFolder({
    "herdctl.yaml": text,
    "agents/other/agent.yaml": "name: other\n",
  });
  const offer = await fetchAgent({ ...fleet.place, source: folder });
  await addAgent(offer, fleet.place);
  expect(await readFile(fleet.place.configPath, "utf8")).toBe(text);
  expect(await getInstalledAgent("reviewer", fleet.place)).toHaveProperty("demands");

  await writeFiles(folder, { "agent.yaml": "name: third\n", "stowaway.yaml": "name: stowaway\n" });
  await expect(fetchAgent({ ...fleet.place, source: folder })).rejects.toMatchObject({
    code: "AGENT_SOURCE",
    message: expect.stringContaining("more than the agent"),
  });
});

test("what cannot be taken up is taken back, to the last byte", async () => {
  const folder = await temporaryFolder();
  await writeFiles(folder, reviewer);
  const fleet = await createFleetFolder();
  const offer = await fetchAgent({ ...fleet.place, source: folder });
  const before = await fleet.snapshot();
  const during: string[] = [];
  const activate = async (): Promise<void> => {
    during.push(...Object.keys(await fleet.snapshot()));
    throw new Error("the daemon has other variables");
  };
  await expect(addAgent(offer, { ...fleet.place, activate })).rejects.toThrow("other variables");
  expect(during).toContain("agents/reviewer/agent.yaml");
  expect(await fleet.snapshot()).toEqual(before);
});

test("of two that are added at once, one waits for its turn or both are there", async () => {
  const fleet = await createFleetFolder();
  const offers = await Promise.all(
    ["a", "b"].map(async (name) => {
      const folder = await temporaryFolder();
      await writeFiles(folder, { "agent.yaml": `name: ${name}\n` });
      return fetchAgent({ ...fleet.place, source: folder });
    }),
  );
  const ends = await Promise.allSettled(offers.map((offer) => addAgent(offer, fleet.place)));
  const refused = ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
  expect(refused.every(({ code }) => code === "INVALID_STATE")).toBe(true);
  const { agents } = await loadConfig(fleet.place.configPath, fleet.place);
  expect(agents).toHaveLength(3 - refused.length);
  expect(await listInstalledAgents(fleet.place)).toHaveLength(2 - refused.length);
});

test("without a fleet file there is no place for an agent from elsewhere", async () => {
  const folder = await temporaryFolder();
  await writeFiles(folder, reviewer);
  const fleet = await createFleetFolder();
  const loose = await temporaryFolder();
  await writeFiles(loose, { "own.yaml": "name: own\n" });
  for (const configPath of [loose, join(loose, "own.yaml")]) {
    const place = { ...fleet.place, configPath };
    await expect(fetchAgent({ ...place, source: folder })).rejects.toMatchObject({
      code: "INVALID_STATE",
      message: expect.stringContaining("herdctl init"),
    });
  }
});
