import type { OutgoingHttpHeaders } from "node:http";
import { FleetManagerError } from "@herdctl/core";
import { errorKinds } from "@herdctl/core";
import { expect, test } from "vitest";
import { z } from "zod";
import { operations, streams } from "../src/index.ts";
import type { JsonSchema } from "../src/openapi/json-schema.ts";
import { createOpenApiDocument, type OpenApiOperation } from "../src/openapi/document.ts";
import { get, send } from "./raw-request.ts";
import { serveRecorded } from "./serve-recorded.ts";
import { serveTcp } from "./serve-tcp.ts";

const document = createOpenApiDocument();
const described = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

test("every operation and stream is in it, and every error code", () => {
  const ids = described.map(({ operation }) => operation.operationId);
  const names = [...Object.keys(operations), ...Object.keys(streams), "login", "logout"];
  expect(ids.toSorted()).toEqual(names.toSorted());
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
  waitForJob: { query: "?timeout=1" },
};

test.each(
  described.filter(
    ({ operation }) => operation.operationId in operations && operation.operationId !== "stop",
  ),
)("what $method $path answers is what it says", async ({ path, method, operation }) => {
  await using served = await serveRecorded();
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
