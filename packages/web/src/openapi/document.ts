import { errorKinds } from "@herdctl/core";
import { z } from "zod";
import { operations, streams } from "../contract.ts";
import { loginRoutes } from "../contract-login.ts";
import type { Operation, Stream } from "../contract-types.ts";
import { type JsonSchema, SchemaCollection } from "./json-schema.ts";
import type { MediaType, OpenApiOperation } from "./operation.ts";
import { observerDocs } from "./observer-docs.ts";
import { loginDocs, operationDocs, type RouteDoc, streamDocs } from "./route-docs.ts";

/** An OpenAPI 3.1 document. */
export interface OpenApiDocument {
  readonly openapi: "3.1.1";
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly [kind: string]: object;
  };
  readonly [field: string]: unknown;
}

/** Describes the HTTP API to programs: every operation, stream and error code, and what else it answers. */
export function createOpenApiDocument(): OpenApiDocument {
  const collection = new SchemaCollection();
  const paths: Record<string, Record<string, OpenApiOperation>> = {};
  const add = (path: string, method: string, operation: OpenApiOperation): void => {
    (paths[path.replaceAll(/:(\w+)/g, "{$1}")] ??= {})[method.toLowerCase()] = operation;
  };
  for (const [name, route] of entriesOf(operations)) {
    add(route.path, route.method, describe(collection, { name, route, doc: operationDocs[name] }));
  }
  for (const [name, route] of entriesOf(streams)) {
    add(route.path, "get", describeStream(collection, { name, route, doc: streamDocs[name] }));
  }
  for (const [name, route] of entriesOf(loginRoutes)) {
    const described = describe(collection, { name, route, doc: loginDocs[name] });
    add(route.path, route.method, {
      ...described,
      security: name === "login" ? [] : [{ cookie: [] }],
    });
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "herdctl",
      version: "1",
      description:
        "What a herdctl daemon answers, on its control socket without a token and over TCP with one.",
    },
    servers: [{ url: "/" }],
    security: [{ bearer: [] }, { cookie: [] }],
    paths: { ...paths, ...observerDocs },
    components: {
      schemas: { ...collection.schemas, ...errorSchemas },
      responses: { Error: errorResponse },
      securitySchemes,
    },
  };
}

interface Described<Route> {
  readonly name: string;
  readonly route: Route;
  readonly doc: RouteDoc;
}

function describe(
  collection: SchemaCollection,
  { name, route, doc }: Described<Operation<unknown, unknown>>,
): OpenApiOperation {
  const { status, input, output, polled } = route;
  const schema = collection.toJsonSchema(input);
  const answer = output instanceof z.ZodUndefined ? undefined : collection.toJsonSchema(output);
  return {
    operationId: name,
    description: describeRoute(doc),
    ...describeInput(schema),
    responses: {
      [status]: { description: doc.answer, ...(answer && { content: asJson(answer) }) },
      ...(polled && { 304: { description: "As the tag in `If-None-Match` says" } }),
      default: { $ref: "#/components/responses/Error" },
    },
  };
}

function describeStream(
  collection: SchemaCollection,
  { name, route, doc }: Described<Stream<unknown, unknown>>,
): OpenApiOperation {
  const input = describeInput(collection.toJsonSchema(route.input));
  const lastEventId = { name: "Last-Event-ID", in: "header", schema: { type: "string" } };
  return {
    operationId: name,
    description: describeRoute(doc),
    parameters: [...(input.parameters ?? []), lastEventId],
    responses: {
      200: {
        description: `Server-sent events: ${doc.answer}`,
        content: {
          "text/event-stream": {
            schema: { type: "string" },
            "x-item-schema": collection.toJsonSchema(route.item),
          },
        },
      },
      default: { $ref: "#/components/responses/Error" },
    },
  };
}

interface DescribedInput {
  readonly parameters?: readonly object[];
  readonly requestBody?: object;
}

/** Path, query and body of a request. */
function describeInput({ properties = {} }: JsonSchema): DescribedInput {
  const { params = {}, query = {}, body = {} } = properties;
  const parameters = [...toParameters("path", params), ...toParameters("query", query)];
  const isEmpty = body.properties !== undefined && Object.keys(body.properties).length === 0;
  return {
    ...(parameters.length > 0 && { parameters }),
    ...(!isEmpty && {
      requestBody: { required: isRequired(body), content: asJson(body) },
    }),
  };
}

function toParameters(place: "path" | "query", schema: JsonSchema): readonly object[] {
  const { properties = {}, required = [] } = schema;
  return Object.entries(properties).map(([name, value]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: value,
  }));
}

function isRequired({ properties, required = [] }: JsonSchema): boolean {
  // Without properties of its own, it is one of several forms, none of which is empty.
  return properties === undefined || required.length > 0;
}

function describeRoute({ answer, input }: RouteDoc): string {
  return input === undefined ? answer : `${answer}\n\n${input}`;
}

const asJson = (schema: JsonSchema): Readonly<Record<string, MediaType>> => ({
  "application/json": { schema },
});

const errorSchemas: Readonly<Record<string, JsonSchema>> = {
  Error: {
    type: "object",
    properties: {
      error: {
        type: "object",
        description: "A code, a sentence that says what to do, and the facts.",
        properties: {
          code: { $ref: "#/components/schemas/ErrorCode" },
          message: { type: "string" },
        },
        required: ["code", "message"],
        additionalProperties: true,
      },
    },
    required: ["error"],
  },
  ErrorCode: {
    type: "string",
    description: "Newer daemons may have further codes.",
    enum: Object.keys(errorKinds),
    "x-status": Object.fromEntries(
      Object.entries(errorKinds).map(([code, { status }]) => [code, status]),
    ),
  },
};

const errorResponse = {
  description: "Whatever is not a success",
  content: asJson({ $ref: "#/components/schemas/Error" }),
};

const securitySchemes = {
  bearer: { type: "http", scheme: "bearer", description: "Over TCP: `herdctl token show`." },
  cookie: {
    type: "apiKey",
    in: "cookie",
    name: "herdctl-3232",
    description: "Over TCP, for browsers: of `login`; its name ends with the port of the daemon.",
  },
};

function entriesOf<Table extends object>(
  table: Table,
): readonly (readonly [keyof Table & string, Table[keyof Table & string]])[] {
  return Object.entries(table) as [keyof Table & string, Table[keyof Table & string]][];
}
