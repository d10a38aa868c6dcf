import { once } from "node:events";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { ensureAccessTokens, FleetManager } from "@herdctl/core";
import { createTestFleet, type TestFleet } from "@herdctl/testing";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import {
  createFleetClient,
  createFleetServer,
  type FleetClient,
  type FleetServer,
} from "../src/index.ts";

let files: TestFleet;
let fleet: FleetManager;
let server: FleetServer;
let client: FleetClient;
let reader: FleetClient;
const logged: string[] = [];

beforeAll(async () => {
  files = await createTestFleet({ agents: { own: {} } });
  fleet = files.manager();
  await fleet.initialize();
  await fleet.start();
  const ignore = (): void => undefined;
  const error = (text: string): void => void logged.push(text);
  server = createFleetServer(fleet, {
    logger: { debug: ignore, info: ignore, warn: ignore, error },
  });
  const { stateDir } = files;
  const { url } = await server.listenTcp({ host: "127.0.0.1", port: 0, stateDir });
  const { tokens } = ensureAccessTokens(stateDir);
  client = createFleetClient({ url, token: tokens.full });
  reader = createFleetClient({ url, token: tokens.readOnly });
});

afterAll(async () => {
  client.close();
  reader.close();
  await server.close();
  await fleet[Symbol.asyncDispose]();
  await files[Symbol.asyncDispose]();
});

async function folderWith(texts: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(files.dir, `kit-${crypto.randomUUID()}`);
  await mkdir(folder);
  for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, name), text);
  return folder;
}

test("an agent is looked at, added, shown and removed over TCP; who may only look sees it", async () => {
  const secret = "only the file says this";
  const source = await folderWith({ "agent.yaml": "name: guest\n", "notes.md": secret });
  const { digest, ...preview } = await client.previewAgent(source);
  expect(preview.files).toHaveLength(2);
  expect(JSON.stringify(preview)).not.toContain(secret);
  for (const ask of [
    () => reader.previewAgent(source),
    () => reader.addAgent(source),
    () => reader.removeAgent("guest"),
  ]) {
    await expect(ask()).rejects.toMatchObject({ code: "FORBIDDEN" });
  }
  const added = await client.addAgent(source, { digest });
  expect(await reader.getInstalledAgents()).toEqual([added]);
  expect(await reader.getInstalledAgent("guest")).toMatchObject({
    ...added,
    demands: preview.demands,
  });
  const [entry] = (await reader.getAudit({ agentName: "guest" })).entries;
  expect(entry).toMatchObject({
    operation: "addAgent",
    source,
    actor: { via: "bearer", access: "full" },
    outcome: "ok",
  });
  await client.removeAgent("guest");
  expect(await reader.getInstalledAgents()).toEqual([]);
});

test.each<[source: string, code: string, says: string]>([
  ["ext::sh -c 'touch /tmp/x'", "INVALID_REQUEST", "is not where an agent could come from"],
  ["ext://sh", "INVALID_REQUEST", "use https or ssh"],
  ["fd::17/foo", "INVALID_REQUEST", "is not where an agent could come from"],
  ["--upload-pack=touch /tmp/x", "INVALID_REQUEST", "is not where an agent could come from"],
  ["acme/agents#--upload-pack=x", "INVALID_REQUEST", "not the name of a branch"],
  ["acme/agents/../../etc", "INVALID_REQUEST", "not a path inside"],
  ["https://ann:s3cr3t@x.example/a.git", "INVALID_REQUEST", "credential helper"],
  ["file:///nonexistent/a.git", "AGENT_SOURCE", "could not be fetched"],
  ["/etc/passwd", "AGENT_SOURCE", "cannot be read"],
  ["./../../nowhere", "AGENT_SOURCE", "cannot be read"],
])("%s is refused, and told nothing", async (source, code, says) => {
  for (const ask of [() => client.previewAgent(source), () => client.addAgent(source)]) {
    const error: unknown = await ask().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, message: expect.stringContaining(says) });
    expect(String(error)).not.toMatch(/s3cr3t|root:/);
  }
  expect(JSON.stringify(await client.getAudit())).not.toContain("s3cr3t");
  expect(await client.getInstalledAgents()).toEqual([]);
});

test.each(["__proto__", "constructor", "../own", "own", "a/b", "a\0b"])(
  "%j was never added, so it is neither shown nor removed",
  async (name) => {
    for (const ask of [() => client.getInstalledAgent(name), () => client.removeAgent(name)]) {
      await expect(ask()).rejects.toMatchObject({ code: "AGENT_NOT_FOUND" });
    }
    expect(fleet.getAgents()).toHaveLength(1);
  },
);

test("a folder that leads elsewhere is refused", async () => {
  const source = await folderWith({ "agent.yaml": "name: guest\n" });
  await symlink("/etc/passwd", join(source, "users"));
  await expect(client.addAgent(source)).rejects.toMatchObject({
    code: "AGENT_SOURCE",
    message: expect.stringContaining("symbolic link"),
  });
});

/** A forge that takes connections and never answers; resolves with its address. */
async function createSilentForge(): Promise<{
  readonly url: string;
  /** Settles when somebody has asked it, and when they have gone. */
  readonly asked: Promise<void>;
  readonly left: Promise<void>;
}> {
  const asked = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  const forge = createServer((request) => {
    asked.resolve();
    request.socket.once("close", () => left.resolve());
  }).listen(0, "127.0.0.1");
  await once(forge, "listening");
  onTestFinished(() => {
    forge.closeAllConnections();
    forge.close();
  });
  const { port } = forge.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/a.git`, asked: asked.promise, left: left.promise };
}

test("nobody fetches on for a client that has gone", async () => {
  const forge = await createSilentForge();
  const leave = new AbortController();
  const asking = client.previewAgent(forge.url, { signal: leave.signal });
  await forge.asked;
  leave.abort(new Error("enough"));
  await expect(asking).rejects.toThrow("enough");
  await forge.left;
  expect(logged).toEqual([]);
});

test("a fetch does not hold up the end of the server", async () => {
  const forge = await createSilentForge();
  const other = createFleetServer(fleet);
  const socketPath = join(files.stateDir, "other.sock");
  await other.listen({ socketPath });
  const near = createFleetClient({ socketPath });
  const refused = near.addAgent(forge.url).catch((error: unknown) => error);
  await forge.asked;
  await other.close();
  expect(await refused).toMatchObject({ code: "DAEMON_UNREACHABLE" });
  await forge.left;
  near.close();
  expect(await client.getInstalledAgents()).toEqual([]);
});
