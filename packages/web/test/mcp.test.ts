import { request } from "node:http";
import { expect, test } from "vitest";
import { McpClient } from "./mcp-client.ts";
import { send } from "./raw-request.ts";
import { serveRecorded } from "./serve-recorded.ts";

test("tools say what they do, what they take and whether they change something", async () => {
  await using served = await serveRecorded();
  const tools = await new McpClient({ socketPath: served.socketPath }).tools();
  expect(tools.map(({ name }) => name)).toEqual([
    "fleet_status",
    "list_agents",
    "trigger_agent",
    "wait_for_job",
    "get_job",
    "read_output",
    "cancel_job",
    "list_jobs",
    "queue",
    "list_schedules",
    "enable_schedule",
    "disable_schedule",
    "list_approvals",
    "answer_approval",
  ]);
  const ends = tools.filter(({ annotations }) => annotations["destructiveHint"]);
  expect(ends.map(({ name }) => name)).toEqual([
    "cancel_job",
    "disable_schedule",
    "answer_approval",
  ]);
  for (const { description, inputSchema, outputSchema } of tools) {
    expect(description.length).toBeGreaterThan(20);
    expect(inputSchema).toMatchObject({ type: "object", additionalProperties: false });
    for (const property of Object.values(inputSchema.properties ?? {})) {
      const isPlain = "enum" in property || "default" in property || "$ref" in property;
      expect(isPlain || "description" in property).toBe(true);
    }
    expect(outputSchema).toMatchObject({ type: "object" });
  }
});

test("a client of the newest protocol is served, too", async () => {
  await using served = await serveRecorded();
  const version = "2026-07-28";
  const about = "io.modelcontextprotocol";
  const client = new McpClient({
    socketPath: served.socketPath,
    headers: { "mcp-protocol-version": version, "mcp-method": "server/discover" },
  });
  const answer = await client.request("server/discover", {
    _meta: {
      [`${about}/protocolVersion`]: version,
      [`${about}/clientInfo`]: { name: "test", version: "1" },
      [`${about}/clientCapabilities`]: {},
    },
  });
  expect(answer).toMatchObject({ capabilities: { tools: {} } });
});

test.each([
  ["no JSON", "{", 400],
  ["nothing", [], 400],
  ["no message", { hello: "there" }, 400],
])("a body that is %s is refused", async (_, body, status) => {
  await using served = await serveRecorded();
  const client = new McpClient({ socketPath: served.socketPath });
  expect((await client.post(body)).status).toBe(status);
  expect(await client.tools()).not.toEqual([]);
});

test("there are no sessions to open or to end", async () => {
  await using served = await serveRecorded();
  const { socketPath } = served;
  for (const method of ["GET", "DELETE"]) {
    expect((await send({ socketPath, path: "/mcp", method })).status).toBe(405);
  }
});

test("a wait does not hold up the end of the server", async () => {
  await using served = await serveRecorded();
  const client = new McpClient({ socketPath: served.socketPath });
  const waiting = client.call("wait_for_job", { job: "latest", seconds: 50 }).catch(String);
  await expect.poll(() => served.fleet.waiting).toBe(1);
  const begun = performance.now();
  await served.server.close();
  await waiting;
  expect(performance.now() - begun).toBeLessThan(45_000);
  await expect.poll(() => served.fleet.waiting).toBe(0);
});

test("nobody waits on for a client that has gone", async () => {
  await using served = await serveRecorded();
  const { socketPath, fleet } = served;
  const headers = {
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
  };
  const asking = request({ socketPath, path: "/mcp", method: "POST", headers });
  asking.on("error", () => undefined);
  const call = { name: "wait_for_job", arguments: { job: "latest", seconds: 50 } };
  asking.end(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: call }));
  await expect.poll(() => fleet.waiting).toBe(1);
  asking.destroy();
  await expect.poll(() => fleet.waiting).toBe(0);
});

test("nothing of an unexpected error reaches the model, its message goes to the log", async () => {
  const logged: string[] = [];
  const none = (): void => undefined;
  const error = (text: string): void => void logged.push(text);
  await using served = await serveRecorded({
    logger: { debug: none, info: none, warn: none, error },
  });
  served.fleet.getQueue = () => {
    throw new Error("token sk-123 was refused");
  };
  const client = new McpClient({ socketPath: served.socketPath });
  const told = await client.error("queue");
  expect(told).toMatchObject({ code: "INTERNAL" });
  expect(JSON.stringify(told)).not.toContain("sk-123");
  expect(logged).toEqual(["mcp: token sk-123 was refused"]);
});
