import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import { chmod, readFile, rm, stat, writeFile } from "node:fs/promises";
import { accessTokensFile, silentLogger } from "@herdctl/core";
import { expect, test } from "vitest";
import { createFleetClient, createFleetServer, localOperations } from "../src/index.ts";
import { collect } from "./collect.ts";
import { send } from "./raw-request.ts";
import { RecordedFleet } from "./recorded-fleet.ts";
import { rotateToken } from "./rotate-token.ts";
import { serveRecorded } from "./serve-recorded.ts";
import { serveTcp } from "./serve-tcp.ts";

test("with a token, a fleet is the same over TCP as in process", async () => {
  await using served = await serveTcp();
  const local = localOperations(served.fleet);
  expect(await served.remote.getAgents()).toEqual(await local.getAgents());
  await served.remote.trigger("platform.reviewer", "nightly");
  expect(served.fleet.calls.at(-1)).toMatchObject({ name: "trigger" });
  await expect(served.remote.getAgent("nobody")).rejects.toMatchObject({ code: "AGENT_NOT_FOUND" });
});

test("streams come over TCP, and end with their job", async () => {
  await using served = await serveTcp();
  served.fleet.say("one");
  const seen: (string | undefined)[] = [];
  for await (const line of served.remote.streamJobLines("latest")) {
    seen.push(line.text);
    if (seen.length === 1) served.fleet.say("two");
    if (seen.length === 2) served.fleet.finish("completed");
  }
  expect(seen).toEqual(["one", "two"]);
});

test("the tokens are made once, and told to whoever opens the port first", async () => {
  await using served = await serveTcp();
  const again = await served.server.listenTcp({
    host: "127.0.0.1",
    port: 0,
    stateDir: served.folder,
  });
  expect(again).not.toHaveProperty("newTokens");
  const client = createFleetClient({ url: again.url, token: served.tokens.full });
  expect((await client.getStatus()).state).toBe("running");
  client.close();
});

test("tokens that others can read are closed to them, and that is said", async () => {
  const warnings: string[] = [];
  const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
  await using served = await serveTcp({ logger });
  expect(warnings).toEqual([]);
  const file = accessTokensFile(served.folder);
  await chmod(file, 0o644);
  await served.server.listenTcp({ host: "127.0.0.1", port: 0, stateDir: served.folder });
  expect(warnings).toEqual([expect.stringContaining("herdctl token rotate")]);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test("whoever may look only reads all and changes nothing", async () => {
  await using served = await serveTcp();
  const client = createFleetClient({ url: served.url, token: served.tokens.readOnly });
  expect(await client.getJobs()).toEqual(await served.client.getJobs());
  served.fleet.calls.length = 0;
  for (const change of [
    client.trigger("platform.reviewer"),
    client.cancelJob("latest"),
    client.reload(),
    client.pause(),
  ]) {
    await expect(change).rejects.toMatchObject({ code: "FORBIDDEN" });
  }
  expect(served.fleet.calls).toEqual([]);
  client.close();
});

test("a replaced token ends what was opened with it, the other goes on", async () => {
  await using served = await serveTcp();
  const reader = createFleetClient({ url: served.url, token: served.tokens.readOnly });
  const events = collect(reader.streamEvents());
  const others = collect(served.remote.streamEvents());
  await expect.poll(() => reader.getQueue().then((queue) => queue.total)).toBe(1);
  await rotateToken(served.folder, "read-only");
  await expect(reader.getStatus()).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  await expect(events).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  expect((await served.remote.getStatus()).state).toBe("running");
  served.remote.close();
  expect(await others).toEqual([]);
  reader.close();
});

test("the fleet masks the tokens in what it says, those of a rotation, too", async () => {
  await using served = await serveTcp();
  const { full, readOnly } = served.tokens;
  expect(served.fleet.concealed).toEqual([full, readOnly]);
  const rotated = await rotateToken(served.folder, "full");
  await expect(served.remote.getStatus()).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  expect(served.fleet.concealed).toContain(rotated.full);
});

test("tokens that are broken, or gone, let nobody in, and the log says so", async () => {
  const logged: string[] = [];
  const ignore = (): void => undefined;
  const error = (text: string): void => void logged.push(text);
  await using served = await serveTcp({
    logger: { debug: ignore, info: ignore, warn: ignore, error },
  });
  const file = accessTokensFile(served.folder);
  const text = await readFile(file, "utf8");
  await writeFile(file, '{"full": "", "readOnly": ""}');
  await expect(served.remote.getStatus()).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  expect(logged.join()).toContain("nobody can come in over TCP");
  await rm(file);
  await expect(served.remote.getStatus()).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  await writeFile(file, text);
  expect((await served.remote.getStatus()).state).toBe("running");
});

test("localhost is both loopback addresses", async () => {
  await using served = await serveRecorded();
  const { url, newTokens } = await served.server.listenTcp({
    host: "localhost",
    port: 0,
    stateDir: served.folder,
  });
  for (const host of ["127.0.0.1", "::1"]) {
    const headers = { authorization: `Bearer ${newTokens?.full}` };
    const port = new URL(url).port;
    expect(await send({ host, port, path: "/api/status", headers })).toMatchObject({ status: 200 });
  }
});

test.each([
  ["a port that is taken", "127.0.0.1", "Another program listens there"],
  ["an address of another machine", "192.0.2.1", "no such address"],
  ["a name of no machine", "no-such-name.invalid", "192.0.2.1"],
])("%s is an error with a remedy, and nothing is open", async (_, host, reason) => {
  const taken = createServer();
  await once(taken.listen(0, "127.0.0.1"), "listening");
  const address = taken.address();
  const port = typeof address === "object" && address ? address.port : 0;
  await using served = await serveRecorded();
  const opening = served.server.listenTcp({ host, port, stateDir: served.folder });
  await expect(opening).rejects.toMatchObject({ code: "WEB_ADDRESS", context: { host, port } });
  if (!host.endsWith(".invalid")) await expect(opening).rejects.toThrow(reason);
  taken.close();
});

test("a port that is taken on one loopback address is not half taken", async () => {
  const taken = createServer();
  await once(taken.listen(0, "::1"), "listening");
  const address = taken.address();
  const port = typeof address === "object" && address ? address.port : 0;
  await using served = await serveRecorded();
  const place = { host: "localhost", port, stateDir: served.folder };
  await expect(served.server.listenTcp(place)).rejects.toMatchObject({ code: "WEB_ADDRESS" });
  const left = createServer();
  await once(left.listen(port, "127.0.0.1"), "listening");
  left.close();
  taken.close();
});

test("what is polled has its tag over TCP, too", async () => {
  await using served = await serveTcp();
  const first = await send(served.to("/api/jobs"));
  const headers = { "if-none-match": first.headers.etag };
  const again = await send(served.to("/api/jobs", { headers }));
  expect(again).toMatchObject({
    status: 304,
    headers: { "cache-control": "private, no-cache", "x-content-type-options": "nosniff" },
  });
});

test("where TLS is wanted and is not, or the reverse, the client says what it met", async () => {
  await using served = await serveTcp();
  const client = createFleetClient({ url: `https://127.0.0.1:${served.port}`, token: "x" });
  await expect(client.getStatus()).rejects.toMatchObject({
    code: "DAEMON_UNREACHABLE",
    message: expect.stringMatching(/cannot be reached: what answers there is not TLS/) as string,
  });
  client.close();
});

test("a name that nobody has is told apart from a daemon that is down", async () => {
  const client = createFleetClient({ url: "http://fleet.invalid", token: "x" });
  await expect(client.getStatus()).rejects.toMatchObject({
    code: "DAEMON_UNREACHABLE",
    message: "http://fleet.invalid/ cannot be reached: there is no such name.",
  });
  client.close();
});

test.each([
  [404, /^What is on .* does not answer as a daemon of herdctl does \(status 404\)\.$/],
  [502, /^The proxy on .* reaches no daemon \(status 502\)\.$/],
])(
  "an answer of somebody else, with status %i, is not taken for a daemon's",
  async (status, words) => {
    const stranger = createHttpServer((_, outgoing) => outgoing.writeHead(status).end("<html>"));
    await once(stranger.listen(0, "127.0.0.1"), "listening");
    const address = stranger.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const client = createFleetClient({ url: `http://127.0.0.1:${port}`, token: "x" });
    await expect(client.getStatus()).rejects.toMatchObject({
      code: "DAEMON_UNREACHABLE",
      message: expect.stringMatching(words) as string,
    });
    client.close();
    stranger.close();
  },
);

test("a fleet behind a path of a proxy is reached by that path", async () => {
  await using served = await serveTcp();
  const proxy = createHttpServer((incoming, outgoing) => {
    const path = incoming.url?.replace(/^\/fleet/, "");
    void send({ ...served.to(path ?? "/"), headers: incoming.headers }).then((answer) => {
      outgoing.writeHead(answer.status, { "content-type": "application/json" }).end(answer.text);
    });
  });
  await once(proxy.listen(0, "127.0.0.1"), "listening");
  const address = proxy.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const client = createFleetClient({
    url: `http://127.0.0.1:${port}/fleet/`,
    token: served.tokens.full,
  });
  expect((await client.getStatus()).name).toBe("platform");
  client.close();
  proxy.close();
});

test("closing the server closes the port", async () => {
  await using served = await serveTcp();
  await served.server.close();
  await expect(served.remote.getStatus()).rejects.toMatchObject({
    code: "DAEMON_UNREACHABLE",
    message: expect.stringContaining("--web") as string,
    context: { url: `${served.url}/` },
  });
});

test("tokens that cannot be read open no port", async () => {
  const server = createFleetServer(new RecordedFleet());
  const place = { host: "127.0.0.1", port: 0, stateDir: "/nowhere/at/all" };
  await expect(server.listenTcp(place)).rejects.toMatchObject({ code: "STATE_DIR" });
  await server.close();
});

test.each([
  "ftp://localhost",
  "localhost:3232",
  "http://ann:secret@localhost",
  "http://x/?token=1",
])("%s is no address of a fleet", (url) => {
  expect(() => createFleetClient({ url })).toThrow(
    expect.objectContaining({ code: "INVALID_REQUEST" }),
  );
});

test("a token with a line break is refused before it is sent", () => {
  expect(() => createFleetClient({ url: "http://localhost:1", token: "a\r\nx: y" })).toThrow(
    "no token has",
  );
});
