import { once } from "node:events";
import { connect } from "node:net";
import { type Logger, silentLogger } from "@herdctl/core";
import { expect, test } from "vitest";
import { operations, streams } from "../src/index.ts";
import { open, type RawAnswer, send } from "./raw-request.ts";
import { serveTcp, type TcpFleet } from "./serve-tcp.ts";

const json = { "content-type": "application/json" };
const trigger = "/api/agents/platform.reviewer/trigger";

const routes = [
  ...Object.values(operations).map(({ method, path }) => ({ method, path })),
  ...Object.values(streams).map(({ path }) => ({ method: "GET", path })),
  { method: "GET", path: "/metrics" },
  { method: "POST", path: "/mcp" },
  { method: "GET", path: "/" },
  { method: "GET", path: "/api/nothing" },
  { method: "POST", path: "/api/logout" },
];

test.each([
  ["no token", {}],
  [
    "a wrong token",
    { authorization: "Bearer herdctl_0000000000000000000000000000000000000000000" },
  ],
  ["an empty token", { authorization: "Bearer " }],
  ["a token of another kind", { authorization: "Basic aGVyZGN0bDp4" }],
  ["a cookie that nobody gave", { cookie: "herdctl-0=x; herdctl=x" }],
  ["a token for somebody else", { authorization: `Bearer ${"x".repeat(8_000)}` }],
])("with %s there is nothing at all", async (_, headers) => {
  await using served = await serveTcp();
  for (const { method, path } of routes) {
    const answer = await send({ host: "127.0.0.1", port: served.port, method, path, headers });
    expect([path, answer.status]).toEqual([path, 401]);
    expect(answer.headers["www-authenticate"]).toMatch(/^Bearer/);
    expectNothingTold(served, answer);
  }
  expect(served.fleet.calls).toEqual([]);
});

test("who may only look is refused whatever is no question", async () => {
  await using served = await serveTcp();
  for (const { method, path, readsOnly } of Object.values(operations)) {
    if (method === "GET" || readsOnly) continue;
    const answer = await send(served.to(path, { method }, served.tokens.readOnly));
    expect([path, answer.status]).toEqual([path, 403]);
    expectNothingTold(served, answer);
  }
  for (const method of ["PUT", "PATCH", "DELETE", "OPTIONS"]) {
    const answer = await send(served.to("/api/status", { method }, served.tokens.readOnly));
    expect(answer.status).toBe(403);
  }
  expect(served.fleet.calls).toEqual([]);
});

test("who may only look may ask what is a question, and nothing that only ends like one", async () => {
  await using served = await serveTcp();
  const ask = async (path: string, method = "POST"): Promise<number> =>
    (await send(served.to(path, { method }, served.tokens.readOnly))).status;
  expect(await ask("/api/agents/platform.reviewer/plan")).toBe(200);
  for (const path of ["/api/agents/plan", "/api/agents/x/y/plan", "/api/agents/x/trigger?/plan"]) {
    expect([path, await ask(path)]).toEqual([path, 403]);
  }
  expect(await ask("/api/agents/x/plan", "DELETE")).not.toBe(200);
  expect(served.fleet.calls).toEqual([]);
});

test.each([
  ["a foreign Host", { host: "evil.example" }, 421],
  ["a Host that only begins well", { host: "localhost.evil.example" }, 421],
  ["a foreign Origin", { origin: "http://evil.example" }, 403],
  ["the Origin of a file or a sandbox", { origin: "null" }, 403],
  ["the Origin of another port", { origin: "http://127.0.0.1:1" }, 403],
  ["a foreign site", { "sec-fetch-site": "cross-site" }, 403],
  ["a form", { "content-type": "application/x-www-form-urlencoded" }, 415],
  ["a form with a file", { "content-type": "multipart/form-data; boundary=x" }, 415],
  ["a body of text", { "content-type": "text/plain" }, 415],
] as const)("%s is refused, even with the right token", async (_, headers, status) => {
  await using served = await serveTcp();
  for (const [method, path, body] of [
    ["POST", trigger, "{}"],
    ["GET", "/api/status", undefined],
    ["GET", "/api/events", undefined],
    ["POST", "/api/login", JSON.stringify({ token: served.tokens.full })],
  ] as const) {
    const answer = await send(served.to(path, { method, headers: { ...json, ...headers } }), body);
    expect([path, answer.status]).toEqual([path, status]);
    expect(answer.headers).not.toHaveProperty("set-cookie");
    expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
    expectNothingTold(served, answer);
  }
  expect(served.fleet.calls).toEqual([]);
});

test("what is refused to who may only look is on record, a flood of it only in part", async () => {
  const warnings: string[] = [];
  const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
  await using served = await serveTcp({ logger });
  const cancel = served.to("/api/jobs/latest/cancel", { method: "POST" }, served.tokens.readOnly);
  expect((await send(cancel)).status).toBe(403);
  expect(served.fleet.recorded).toEqual([
    {
      operation: "cancelJob",
      jobId: "latest",
      outcome: "FORBIDDEN",
      actor: { via: "bearer", access: "read-only", address: "127.0.0.1" },
    },
  ]);
  for (let round = 0; round < 10; round++) {
    await Promise.all(Array.from({ length: 100 }, () => send(cancel)));
  }
  expect(served.fleet.recorded.length).toBeLessThan(500);
  await served.server.close();
  const left = warnings.map((warning) => Number(/^(\d+) more logins/.exec(warning)?.[1] ?? 0));
  expect(left.reduce((sum, more) => sum + more, served.fleet.recorded.length)).toBe(1_001);
});

test.each([
  ["no token", {}, "no_token"],
  ["a wrong token", { authorization: "Bearer herdctl_0" }, "token"],
  ["a foreign Host", { host: "evil.example" }, "host"],
  ["a foreign Origin", { origin: "http://evil.example" }, "page"],
])("%s is counted with its reason", async (_, headers, reason) => {
  const warnings: unknown[] = [];
  const logger: Logger = { ...silentLogger, warn: (...said) => void warnings.push(said) };
  await using served = await serveTcp({ logger });
  await send({ host: "127.0.0.1", port: served.port, path: "/api/status", headers });
  const { text } = await send(served.to("/metrics"));
  expect(text).toContain(`herdctl_http_refused_total{reason="${reason}"} 1`);
  const said = ["a token that is not valid was shown from 127.0.0.1"];
  expect(warnings).toEqual(reason === "token" ? [said] : []);
  expect(served.fleet.recorded).toEqual([]);
});

test("a form without fields is a form", async () => {
  await using served = await serveTcp();
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  expect(await send(served.to("/api/pause", { method: "POST", headers }))).toMatchObject({
    status: 415,
  });
  expect(served.fleet.calls).toEqual([]);
});

test("a name of its own lets in, and only that one", async () => {
  await using served = await serveTcp({ allowedHosts: ["fleet.example.com"] });
  const ask = (host: string, origin?: string): Promise<RawAnswer> =>
    send(served.to("/api/status", { headers: { host, ...(origin && { origin }) } }));
  expect((await ask("fleet.example.com", "https://fleet.example.com")).status).toBe(200);
  expect((await ask("fleet.example.com", "https://other.example.com")).status).toBe(403);
  expect((await ask("other.example.com")).status).toBe(421);
});

test("every answer tells browsers to keep and pass on nothing", async () => {
  await using served = await serveTcp();
  const given = { host: "127.0.0.1", port: served.port, path: "/api/status" };
  const head = await open(served.to("/api/events", { method: "HEAD" }));
  head.resume();
  for (const { headers } of [
    await send(given),
    await send(served.to("/api/status")),
    await send(served.to("/api/nothing")),
    await send(served.to("/api/jobs/job-zzz")),
    head,
  ]) {
    expect(headers).toMatchObject({
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
    });
    expect(headers["cache-control"]).toMatch(/no-store|no-cache/);
    expect(headers).not.toHaveProperty("server");
    expect(headers).not.toHaveProperty("x-powered-by");
  }
});

test.each([
  ["up", "/api/jobs/../../etc/passwd"],
  ["up, escaped", "/api/jobs/..%2f..%2f..%2fetc%2fpasswd"],
  ["up, escaped twice", "/api/jobs/%252e%252e%252fetc%252fpasswd"],
  ["up, backwards", "/api/jobs/..%5c..%5cetc%5cpasswd"],
  ["to a byte of zero", "/api/jobs/latest%00.json"],
  ["to a whole address", "http://evil.example/api/nothing"],
  ["to files", "/tokens.json"],
  ["to the state", "/.herdctl/tokens.json"],
  ["to what the daemon runs", "/src/index.ts"],
])("a path that leads %s leads nowhere", async (_, path) => {
  await using served = await serveTcp();
  const answer = await send(served.to(path));
  expect(answer.status).toBe(404);
  expectNothingTold(served, answer);
});

test.each([
  ["a deep body", `${"[".repeat(100_000)}${"]".repeat(100_000)}`, 400],
  ["a broken body", '{"promptOverride', 400],
  ["a body in another encoding", Buffer.from([0xff, 0xfe, 0x7b, 0x00]), 400],
  ["a prototype", '{"__proto__": {"queue": false}, "constructor": {}}', 400],
  ["a body over the limit", Buffer.alloc(5 * 1024 * 1024, " "), 413],
] as const)("%s is refused", async (_, body, status) => {
  await using served = await serveTcp();
  const answer = await send(served.to(trigger, { method: "POST", headers: json }), body);
  expect(answer.status).toBe(status);
  expectNothingTold(served, answer);
  expect(served.fleet.calls).toEqual([]);
});

test("a body without a token is not even read", async () => {
  await using served = await serveTcp();
  const headers = { ...json, "content-length": 1_000_000_000 };
  const socket = connect(served.port, "127.0.0.1");
  const lines = Object.entries({ host: "127.0.0.1", ...headers }).map((pair) => pair.join(": "));
  socket.write(`POST ${trigger} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n{`);
  const [answer] = (await once(socket, "data")) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 401 /);
  socket.destroy();
});

test.each([
  ["what is not HTTP", "hello\r\n\r\n"],
  ["a line break in a header", "GET /api/status HTTP/1.1\r\nhost: a\nx\r\n\r\n"],
  ["no Host", "GET /api/status HTTP/1.1\r\n\r\n"],
  ["two Hosts", "GET /api/status HTTP/1.1\r\nhost: localhost\r\nhost: evil.example\r\n\r\n"],
  ["an empty Host", "GET /api/status HTTP/1.1\r\nhost: \r\n\r\n"],
  ["no Host of an old client", "GET /api/status HTTP/1.0\r\n\r\n"],
  [
    "two lengths",
    "POST /api/stop HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}",
  ],
  [
    "a length and chunks",
    "POST /api/stop HTTP/1.1\r\nhost: localhost\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
  ],
  [
    "a head without end",
    `GET /api/status HTTP/1.1\r\nhost: localhost\r\nx: ${"y".repeat(100_000)}\r\n\r\n`,
  ],
])("%s is refused, and tells nothing", async (_, bytes) => {
  await using served = await serveTcp();
  const text = await exchange(served.port, bytes);
  expect(text).toMatch(/^HTTP\/1\.1 4\d\d /);
  expect(text).not.toMatch(/node_modules|\.ts:|\/srv|Error:/);
  expect(served.fleet.calls).toEqual([]);
});

test("a header of an answer is never a client's to write", async () => {
  await using served = await serveTcp();
  const path = "/api/jobs/x%0d%0aset-cookie:%20a=b";
  const answer = await send(served.to(path));
  expect(answer.status).toBe(404);
  expect(answer.headers).not.toHaveProperty("set-cookie");
});

test("an error of the daemon's own tells nothing of itself, its log does", async () => {
  const logged: string[] = [];
  const ignore = (): void => undefined;
  const logger: Logger = {
    debug: ignore,
    info: ignore,
    warn: ignore,
    error: (text) => logged.push(text),
  };
  await using served = await serveTcp({ logger });
  served.fleet.getQueue = () => {
    throw new Error("sk-123 in /srv/secret.ts");
  };
  const answer = await send(served.to("/api/queue"));
  expect(answer.status).toBe(500);
  expect(answer.text).not.toMatch(/sk-123|srv/);
  expect(logged).toEqual(["GET /api/queue failed: sk-123 in /srv/secret.ts"]);
});

test("neither answers nor the log hold a token", async () => {
  const logged: unknown[] = [];
  const log = (...said: unknown[]): void => void logged.push(said);
  await using served = await serveTcp({
    logger: { debug: log, info: log, warn: log, error: log },
  });
  const texts: string[] = [];
  for (const { method, path } of routes) {
    if (path.includes(":") || path === "/api/stop" || "item" in { path }) continue;
    if (["/api/events", "/api/logs"].includes(path)) continue;
    texts.push((await send(served.to(path, { method }))).text);
  }
  await send(served.to("/api/login", { method: "POST", headers: json }), '{"token":"wrong-guess"}');
  const all = JSON.stringify([texts, logged]);
  expect(all).not.toContain(served.tokens.full);
  expect(all).not.toContain(served.tokens.readOnly);
  expect(all).not.toContain("wrong-guess");
});

function expectNothingTold({ folder, tokens }: TcpFleet, { text }: RawAnswer): void {
  for (const secret of [folder, tokens.full, tokens.readOnly, "node_modules", ".ts:", "/srv"]) {
    expect(text).not.toContain(secret);
  }
}

/** Whatever comes back for these bytes, until the connection ends. */
async function exchange(port: number, bytes: string): Promise<string> {
  const socket = connect(port, "127.0.0.1").setEncoding("utf8");
  let text = "";
  socket.on("data", (chunk: string) => (text += chunk));
  // Cut off in mid-sentence, it still has been answered.
  socket.on("error", () => undefined);
  socket.end(bytes);
  await new Promise<void>((resolve) => socket.once("close", () => resolve()));
  return text;
}
