import type { OutgoingHttpHeaders } from "node:http";
import { errorKinds, FleetManagerError, silentLogger } from "@herdctl/core";
import { expect, test } from "vitest";
import { z } from "zod";
import { operations, streams } from "../src/index.ts";
import { observeFleet } from "../src/observer.ts";
import type { JsonSchema } from "../src/openapi/json-schema.ts";
import { createOpenApiDocument } from "../src/openapi/document.ts";
import { observerDocs } from "../src/openapi/observer-docs.ts";
import type { OpenApiOperation } from "../src/openapi/operation.ts";
import { createObserverRoutes } from "../src/server/observer-routes.ts";
import { get, send } from "./raw-request.ts";
import { RecordedFleet } from "./recorded-fleet.ts";
import { serveRecorded } from "./serve-recorded.ts";
import { serveTcp } from "./serve-tcp.ts";

const document = createOpenApiDocument();
const described = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

test("every operation and stream is in it, and every error code", () => {
  const ids = described.map(({ operation }) => operation.operationId);
  const names = [...Object.keys(operations), ...Object.keys(streams), "login", "logout"];
  const others = ["isAlive", "isReady", "getMetrics", "mcp"];
  expect(ids.toSorted()).toEqual([...names, ...others].toSorted());
  expect(document.components.schemas["ErrorCode"]).toMatchObject({
    enum: Object.keys(errorKinds),
    "x-status": { JOB_NOT_FOUND: 404, UNAUTHORIZED: 401 },
  });
});

test.each(described)(
  "$method $path says all that its route takes and gives",
  ({ path, method, operation }) => {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const parameters = (operation["parameters"] ?? []) as readonly { name: string; in: string }[];
    expect(
      parameters.filter((parameter) => parameter.in === "path").map(({ name }) => name),
    ).toEqual(names);
    const route = Object.values(operations).find(
      (known) =>
        known.path === path.replaceAll(/\{(\w+)\}/g, ":$1") &&
        known.method === method.toUpperCase(),
    );
    if (route) expect(Object.keys(operation.responses)).toContain(String(route.status));
    expect(operation.responses["default"]).toEqual({ $ref: "#/components/responses/Error" });
    expect(operation["description"]).toBeTruthy();
  },
);

test("every route for other programs is in it", () => {
  const fleet = new RecordedFleet();
  const closing = new AbortController().signal;
  const observer = observeFleet(fleet);
  const app = createObserverRoutes({ fleet, ...observer, logger: silentLogger, closing });
  observer.close();
  const routes = app.routes.map(({ path, method }) => [path, method.toLowerCase()] as const);
  expect(new Set(routes.map(([path]) => path))).toEqual(new Set(Object.keys(observerDocs)));
  for (const [path, method] of routes) {
    const methods = Object.keys(observerDocs[path] ?? {});
    expect(methods).toEqual(method === "all" ? ["post"] : [method]);
  }
});

const message = { jsonrpc: "2.0", id: 1, method: "tools/list" };
const both = { accept: "application/json, text/event-stream" };
const json = { "content-type": "application/json" };

test.each([
  ["get", "/healthz", {}, "", 200],
  ["get", "/readyz", {}, "", 200],
  ["get", "/metrics", {}, "", 200],
  ["post", "/mcp", { ...json, ...both }, JSON.stringify(message), 200],
  [
    "post",
    "/mcp",
    { ...json, ...both },
    '{"jsonrpc":"2.0","method":"notifications/initialized"}',
    202,
  ],
  ["post", "/mcp", { ...json, ...both }, "{", 400],
  ["get", "/mcp", {}, "", 405],
  ["post", "/mcp", json, JSON.stringify(message), 406],
  ["post", "/mcp", both, JSON.stringify(message), 415],
])("what %s %s with %j answers is what it says", async (method, path, headers, body, status) => {
  await using served = await serveRecorded();
  const { socketPath } = served;
  const answer = await send({ socketPath, path, method: method.toUpperCase(), headers }, body);
  expect(answer.status).toBe(status);
  const [operation] = Object.values(observerDocs[path] ?? {});
  const contents = Object.entries(operation?.responses[status]?.content ?? {});
  if (contents.length === 0) return expect(answer.text).toBe("");
  const [[type, media] = ["", { schema: {} }]] = contents;
  expect(answer.headers["content-type"]).toContain(type);
  const item = /^data: (.*)$/m.exec(answer.text)?.[1];
  const schema = item === undefined ? media.schema : (media["x-item-schema"] ?? {});
  const value = type === "text/plain" ? answer.text : JSON.parse(item ?? answer.text);
  expect(toZod(schema).safeParse(value).error).toBeUndefined();
});

test("what is named is there, and what is there is named", () => {
  const text = JSON.stringify(document);
  const used = new Set(
    [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name),
  );
  expect([...used].toSorted()).toEqual(Object.keys(document.components.schemas).toSorted());
  expect(text).not.toContain("$defs");
});

const requests: Readonly<Record<string, { readonly query?: string; readonly body?: object }>> = {
  getUsage: { query: "?since=2026-01-31" },
  resumeJob: { body: { prompt: "Go on." } },
  answerApproval: { body: { decision: "allow" } },
  sendMessage: { body: { content: "Hi." } },
  waitForJob: { query: "?timeout=1" },
  previewAgent: { body: { source: "acme/agents" } },
  addAgent: { body: { source: "acme/agents", name: "reviewer" } },
};

test.each(
  described.filter(
    ({ operation }) => operation.operationId in operations && operation.operationId !== "stop",
  ),
)("what $method $path answers is what it says", async ({ path, method, operation }) => {
  await using served = await serveRecorded();
  await served.client.openConversation("platform.reviewer", { key: "nightly" });
  const { query = "", body } = requests[operation.operationId] ?? {};
  const filled = path
    .replace("{agentName}", "platform.reviewer")
    .replace("{jobId}", "latest")
    .replaceAll(/\{\w+\}/g, "nightly");
  const headers: OutgoingHttpHeaders = body ? { "content-type": "application/json" } : {};
  const answer = await send(
    { socketPath: served.socketPath, path: filled + query, method: method.toUpperCase(), headers },
    body && JSON.stringify(body),
  );
  const schema = answerSchema(operation, answer.status);
  if (!schema) return expect(answer.text).toBe("");
  expect(toZod(schema).safeParse(answer.json()).error).toBeUndefined();
  expect(toZod(schema).safeParse({ nothing: 1 }).success).toBe(false);
});

test("items of streams are what it says", async () => {
  await using served = await serveRecorded();
  served.fleet.say("one");
  served.fleet.finish("completed");
  const lines = await get(served.socketPath, "/api/jobs/latest/lines");
  const [, item = ""] = /^data: (\{"seq.*)$/m.exec(lines.text) ?? [];
  const { content } = document.paths["/api/jobs/{jobId}/lines"]?.["get"]?.responses["200"] ?? {};
  const schema = content?.["text/event-stream"]?.["x-item-schema"] ?? {};
  expect(toZod(schema).safeParse(JSON.parse(item)).error).toBeUndefined();
});

test("an error is what it says", async () => {
  await using served = await serveRecorded();
  served.fleet.getQueue = () => {
    throw new FleetManagerError("No.", { code: "INVALID_STATE", context: { operation: "x" } });
  };
  const error = toZod({ $ref: "#/components/schemas/Error" });
  for (const path of ["/api/queue", "/api/jobs/job-zzz", "/api/jobs?limit=0", "/api/x"]) {
    expect(error.safeParse((await get(served.socketPath, path)).json()).error).toBeUndefined();
  }
});

test("a daemon gives it to whoever may look", async () => {
  await using served = await serveTcp();
  const answer = await send(served.to("/api/openapi.json", {}, served.tokens.readOnly));
  expect(answer.json()).toEqual(JSON.parse(JSON.stringify(document)));
});

function answerSchema({ responses }: OpenApiOperation, status: number): JsonSchema | undefined {
  return responses[status]?.content?.["application/json"]?.schema;
}

/** The schema as something that checks. */
function toZod(schema: JsonSchema): z.ZodType {
  const { schemas } = document.components;
  const whole = JSON.stringify({ ...schema, $defs: schemas });
  const local = whole.replaceAll("#/components/schemas/", "#/$defs/");
  return z.fromJSONSchema(JSON.parse(local) as Parameters<typeof z.fromJSONSchema>[0]);
}
