import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fetchAgent } from "../../src/installing/fetch-agent.ts";
import { fetchRepository } from "../../src/installing/fetch-repository.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { createFleetFolder } from "./fleet-folder.ts";
import { serve, serveRepositories } from "./git-server.ts";
import { createRepository, gitEnv } from "./repository.ts";

const agent = { "agent.yaml": "name: reviewer\n" };

test.each<[title: string, source: (dir: string) => string, says: RegExp]>([
  ["a folder that is not there", () => "/nonexistent/x", /cannot be read: ENOENT/],
  [
    "a repository that is not there",
    () => "file:///nonexistent/x.git",
    /could not be fetched: .*not/,
  ],
  ["a branch that is not there", (dir) => `file://${dir}#nope`, /it has no "nope"/],
  [
    "a commit that is not there",
    (dir) => `file://${dir}#${"0".repeat(40)}`,
    /could not be fetched/,
  ],
])("says what is wrong with %s", async (_, source, says) => {
  const { dir } = await createRepository(agent);
  const fleet = await createFleetFolder();
  await expect(fetchAgent({ ...fleet.place, source: source(dir) })).rejects.toMatchObject({
    code: "AGENT_SOURCE",
    message: expect.stringMatching(says),
  });
});

test("says what folders and agents there are instead", async () => {
  const repository = await createRepository({
    "team/a/agent.yaml": "name: a\n",
    "team/b.yaml": "name: b\n",
  });
  const fleet = await createFleetFolder();
  const fetch = (path?: string) =>
    fetchAgent({ ...fleet.place, source: repository.url, ...(path !== undefined && { path }) });
  await expect(fetch()).rejects.toThrow("There is team/a/agent.yaml, team/b.yaml.");
  await expect(fetch("team/c")).rejects.toThrow('It has no folder "team/c"');
  await expect(fetch("team/a/x.yaml")).rejects.toThrow('no file "x.yaml". There is agent.yaml.');
  expect(await fetch("team")).toMatchObject({ name: "b" });
});

test("an empty repository is said to be empty", async () => {
  const dir = await temporaryFolder();
  execFileSync("git", ["init", "--quiet", "--bare", dir], { env: gitEnv });
  const fleet = await createFleetFolder();
  await expect(fetchAgent({ ...fleet.place, source: `file://${dir}` })).rejects.toThrow("is empty");
});

test("without git, it says so", async () => {
  const { url } = await createRepository(agent);
  const fleet = await createFleetFolder();
  const bin = await temporaryFolder();
  const env = { ...gitEnv, PATH: bin };
  await expect(fetchAgent({ ...fleet.place, env, source: url })).rejects.toThrow(
    /git is not installed/,
  );
});

test("a server that wants a password gets none, and nobody is asked", async () => {
  const asked: (string | undefined)[] = [];
  const githubUrl = await serve((request, response) => {
    asked.push(request.headers.authorization);
    response.writeHead(401, { "www-authenticate": 'Basic realm="x"' }).end();
  });
  const fleet = await createFleetFolder();
  const canary = join(await temporaryFolder(), "asked");
  const env = { ...gitEnv, SSH_ASKPASS: `/bin/touch ${canary}`, DISPLAY: ":0" };
  const place = { ...fleet.place, env };
  await expect(fetchAgent({ ...place, source: "acme/secret", githubUrl })).rejects.toThrow(
    /could not be fetched: .*could not read Username/,
  );
  expect(asked.every((header) => header === undefined)).toBe(true);
  expect(existsSync(canary)).toBe(false);
});

test("a server that redirects to another protocol is not followed", async () => {
  const { dir } = await createRepository(agent);
  const githubUrl = await serve((_, response) => {
    response.writeHead(302, { location: `file://${dir}/info/refs` }).end();
  });
  const fleet = await createFleetFolder();
  await expect(
    fetchAgent({ ...fleet.place, source: "acme/agents", githubUrl }),
  ).rejects.toMatchObject({ code: "AGENT_SOURCE" });
});

test("a server that never answers is left when somebody loses patience", async () => {
  const reached = Promise.withResolvers<void>();
  const githubUrl = await serve(() => reached.resolve());
  const fleet = await createFleetFolder();
  const leaving = new AbortController();
  const { signal } = leaving;
  const fetching = fetchAgent({ ...fleet.place, source: "acme/agents", githubUrl, signal });
  await reached.promise;
  leaving.abort(new Error("enough"));
  await expect(fetching).rejects.toThrow("enough");
});

test("settings of the repository that herdctl is run in do not reach git", async () => {
  const root = await temporaryFolder();
  await createRepository(agent, join(root, "acme/agents.git"));
  const githubUrl = await serveRepositories(root);
  const other = await createRepository({ "agent.yaml": "name: other\n" });
  const fleet = await createFleetFolder();
  const env = {
    ...gitEnv,
    GIT_DIR: join(other.dir, ".git"),
    GIT_WORK_TREE: other.dir,
    GIT_INDEX_FILE: join(other.dir, ".git/index"),
  };
  const offer = await fetchAgent({ ...fleet.place, env, source: "acme/agents", githubUrl });
  expect(offer).toMatchObject({ name: "reviewer" });
  expect(await other.git("status", "--porcelain")).toBe("");
});

test.each<[title: string, options: object, says: string]>([
  ["a name that is none", { name: "a b" }, '"a b" is not a name for an agent'],
  ["a source that is none", { source: "nobody" }, "is not where an agent could come from"],
])("refuses %s before anything is fetched", async (_, options, says) => {
  const fleet = await createFleetFolder();
  const asked = { ...fleet.place, source: "file:///nonexistent/x.git", ...options };
  await expect(fetchAgent(asked)).rejects.toMatchObject({
    code: "INVALID_REQUEST",
    message: expect.stringContaining(says),
  });
});

test("a folder that is in the way is named", async () => {
  const { url } = await createRepository(agent);
  const fleet = await createFleetFolder({ "agents/reviewer/notes.md": "Mine." });
  await expect(fetchAgent({ ...fleet.place, source: url })).rejects.toMatchObject({
    code: "INVALID_STATE",
    message: expect.stringContaining("The folder agents/reviewer exists already"),
  });
});

test("a repository that is too large is not fetched to its end", async () => {
  const noise = randomBytes(3_000_000).toString("base64");
  const { url } = await createRepository({ ...agent, "other/noise.txt": noise });
  const source = { type: "git", url, inside: "" } as const;
  const options = { env: gitEnv, largestPack: 1_000_000 };
  await expect(fetchRepository(source, "", options)).rejects.toMatchObject({
    code: "AGENT_SOURCE",
    message: expect.stringContaining("it is too large"),
  });
});
