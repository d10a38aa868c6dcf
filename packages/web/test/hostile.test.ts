import { connect } from "node:net";
import { expect, test } from "vitest";
import { get, send } from "./raw-request.ts";
import { serveRecorded } from "./serve-recorded.ts";

const json = { "content-type": "application/json" };
const trigger = { method: "POST", path: "/api/agents/platform.reviewer/trigger" };
const addAgent = { method: "POST", path: "/api/installed-agents" };

test.each([
  ["unknown query field", { path: "/api/jobs?agent=x" }, "", 400, "query: Unrecognized key"],
  ["unknown status", { path: "/api/jobs?status=done" }, "", 400, "query.status"],
  ["a limit of zero", { path: "/api/jobs?limit=0" }, "", 400, "query.limit"],
  ["more jobs than a page has", { path: "/api/jobs?limit=1001" }, "", 400, "query.limit"],
  ["more fires than a page has", { path: "/api/fires?limit=1001" }, "", 400, "query.limit"],
  ["more requests than a page has", { path: "/api/approvals?limit=1001" }, "", 400, "query.limit"],
  ["more of the audit than a page has", { path: "/api/audit?limit=1001" }, "", 400, "query.limit"],
  [
    "a limit that is no number",
    { path: "/api/jobs?limit=1e9" },
    "",
    400,
    "query.limit: a whole number",
  ],
  ["a date that is none", { path: "/api/jobs?startedAfter=today" }, "", 400, "query.startedAfter"],
  ["a query where none is", { path: "/api/status?x=1" }, "", 400, "query"],
  ["a stream from line 0", { path: "/api/jobs/latest/lines?fromSeq=0" }, "", 400, "query.fromSeq"],
  [
    "an empty name",
    { path: "/api/jobs?agentName=" },
    "",
    400,
    "query.agentName: must not be empty",
  ],
  [
    "an empty answer",
    { method: "POST", path: "/api/approvals/ask-1/answer", headers: json },
    '{"answer":" "}',
    400,
    "The request is not valid: body.answer: must not be empty.",
  ],
  ["an agent from nowhere", { ...addAgent, headers: json }, "{}", 400, "body.source"],
  [
    "an agent with an unknown field",
    { ...addAgent, headers: json },
    '{"source":"a/b","cwd":"/"}',
    400,
    '"cwd"',
  ],
  ["broken JSON", { ...trigger, headers: json }, '{"prompt', 400, "not valid JSON"],
  ["JSON that is no object", { ...trigger, headers: json }, "[1]", 400, "body"],
  ["an unknown body field", { ...trigger, headers: json }, '{"prompt":"x"}', 400, '"prompt"'],
  [
    "a field of the wrong type",
    { ...trigger, headers: json },
    '{"priority":1.5}',
    400,
    "body.priority",
  ],
  ["a forged origin", { ...trigger, headers: json }, '{"trigger":"schedule"}', 400, '"trigger"'],
  ["a prototype", { ...trigger, headers: json }, '{"__proto__":{"queue":false}}', 400, "__proto__"],
  [
    "a form",
    { ...trigger, headers: { "content-type": "application/x-www-form-urlencoded" } },
    "a=1",
    415,
    "must be JSON",
  ],
  ["a body of no type", trigger, "{}", 415, "must be JSON"],
  ["an unknown agent", { ...trigger, path: "/api/agents/x/trigger" }, "", 404, 'no agent "x"'],
  ["an unknown job", { path: "/api/jobs/job-zzz" }, "", 404, 'no job "job-zzz"'],
  ["a path above the root", { path: "/api/jobs/..%2f..%2fetc%2fpasswd" }, "", 404, "no job"],
  ["a broken escape", { path: "/api/jobs/%E0%A4%A" }, "", 404, "no job"],
  ["an unknown route", { path: "/api/nothing" }, "", 404, "There is no /api/nothing"],
  ["the root", { path: "/" }, "", 404, "There is no /"],
  ["a wrong method", { method: "DELETE", path: "/api/status" }, "", 405, "DELETE is not possible"],
  [
    "a wrong method of a stream",
    { method: "POST", path: "/api/events" },
    "",
    405,
    "POST is not possible",
  ],
] as const)("%s is answered with a reason", async (_, request, body, status, reason) => {
  await using served = await serveRecorded();
  const answer = await send({ socketPath: served.socketPath, ...request }, body);
  expect(answer.status).toBe(status);
  expect(answer.headers["content-type"]).toBe("application/json");
  expect(answer.json()).toMatchObject({
    error: {
      code: expect.stringMatching(/^[A-Z_]+$/) as string,
      message: expect.stringContaining(reason) as string,
    },
  });
  expect(served.fleet.calls.filter(({ name }) => name === "trigger")).toHaveLength(
    request.path === "/api/agents/x/trigger" ? 1 : 0,
  );
});

test("names each field that is wrong", async () => {
  await using served = await serveRecorded();
  const answer = await get(served.socketPath, "/api/jobs?limit=x&status=y");
  expect(answer.json()).toMatchObject({
    error: {
      code: "INVALID_REQUEST",
      problems: [{ field: "query.status" }, { field: "query.limit" }],
    },
  });
});

test("a body that comes in pieces is read whole", async () => {
  await using served = await serveRecorded();
  const headers = { ...json, "transfer-encoding": "chunked" };
  const body = JSON.stringify({ promptOverride: "ő".repeat(100_000) });
  const answer = await send({ socketPath: served.socketPath, ...trigger, headers }, body);
  expect(answer.status).toBe(201);
  expect(served.fleet.calls[0]?.args[2]).toEqual(JSON.parse(body));
});

test("a body over the limit is refused, declared or streamed", async () => {
  await using served = await serveRecorded();
  const body = Buffer.alloc(5 * 1024 * 1024, " ");
  const declared = { ...json, "content-length": body.length };
  const streamed = { ...json, "transfer-encoding": "chunked" };
  for (const headers of [declared, streamed]) {
    const answer = await send({ socketPath: served.socketPath, ...trigger, headers }, body);
    expect(answer.status).toBe(413);
    expect(answer.json()).toMatchObject({ error: { code: "INVALID_REQUEST" } });
  }
  expect((await served.client.getStatus()).state).toBe("running");
});

test.each([
  ["what is not HTTP", "hello\r\n\r\n"],
  ["a header with a line break", "GET /api/status HTTP/1.1\r\nhost: a\nb\r\n\r\n"],
  [
    "two lengths",
    "POST /api/stop HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}",
  ],
])("%s is answered 400 and nothing happens", async (_, bytes) => {
  await using served = await serveRecorded();
  const socket = connect(served.socketPath).setEncoding("utf8");
  socket.end(bytes);
  let text = "";
  for await (const chunk of socket) text += String(chunk);
  expect(text).toMatch(/^HTTP\/1\.1 400 /);
  expect(served.fleet.calls).toEqual([]);
});

test.each(["/api/status", "/api/events"])("an answer to HEAD %s has no body", async (path) => {
  await using served = await serveRecorded();
  const answer = await send({ socketPath: served.socketPath, path, method: "HEAD" });
  expect(answer).toMatchObject({ status: 200, text: "" });
});
