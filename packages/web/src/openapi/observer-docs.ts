import type { JsonSchema } from "./json-schema.ts";
import type { OpenApiOperation } from "./operation.ts";

const error = { $ref: "#/components/responses/Error" };
/** They answer whoever asks. */
const open = { security: [] };

/** Routes that speak another language than the contract: `createObserverRoutes` answers them. */
export const observerDocs: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>> = {
  "/healthz": {
    get: {
      operationId: "isAlive",
      description: "whether the process lives",
      ...open,
      responses: { 200: { description: "It does", content: word("ok") }, default: error },
    },
  },
  "/readyz": {
    get: {
      operationId: "isReady",
      description: "whether the fleet can do its work; writes to the disk, at most once a second",
      ...open,
      responses: {
        200: { description: "It can", content: word("ready") },
        503: {
          description: "It cannot, because of this",
          content: word("not_running", "store", "scheduler"),
        },
        default: error,
      },
    },
  },
  "/metrics": {
    get: {
      operationId: "getMetrics",
      description: "what is counted, for Prometheus",
      responses: {
        200: {
          description: "Prometheus' text format, version 0.0.4",
          content: { "text/plain": { schema: { type: "string" } } },
        },
        default: error,
      },
    },
  },
  "/mcp": {
    post: {
      operationId: "mcp",
      description:
        "MCP over streamable HTTP, without sessions: one message of JSON-RPC. " +
        "`Accept` must name both `application/json` and `text/event-stream`.",
      requestBody: {
        required: true,
        content: { "application/json": { schema: toMessage(["method"]) } },
      },
      responses: {
        200: {
          description: "Server-sent events: the answer to a request, after its notifications",
          content: {
            "text/event-stream": { schema: { type: "string" }, "x-item-schema": toMessage([]) },
          },
        },
        202: { description: "A notification was taken" },
        ...notUnderstood(400, 405, 406, 415),
        default: error,
      },
    },
  },
};

/** One of these words on a line. */
function word(...words: readonly string[]): { readonly "text/plain": { schema: JsonSchema } } {
  return { "text/plain": { schema: { type: "string", enum: words.map((text) => `${text}\n`) } } };
}

function toMessage(required: readonly string[]): JsonSchema {
  return {
    type: "object",
    properties: {
      jsonrpc: { const: "2.0" },
      id: { type: ["string", "integer", "null"] },
      method: { type: "string" },
      params: { type: "object" },
      result: { type: "object" },
      error: { type: "object" },
    },
    required: ["jsonrpc", ...required],
  };
}

function notUnderstood(...statuses: readonly number[]): OpenApiOperation["responses"] {
  const response = {
    description: "What came is no message of MCP: an error of JSON-RPC",
    content: { "application/json": { schema: toMessage(["error"]) } },
  };
  return Object.fromEntries(statuses.map((status) => [status, response]));
}
