import { z } from "zod";
import type { ResolvedMcpServer } from "../resolved.ts";
import { environment, headers, httpUrl, milliseconds, text } from "./fields.ts";
import { crossField, object } from "./object.ts";

const exclusive = [
  ["command", "url"],
  ["command", "headers"],
  ["url", "args"],
  ["url", "env"],
];

/** One MCP server: a command that speaks over stdio, or an address. */
export const mcpServerSchema: z.ZodType<ResolvedMcpServer> = object({
  type: z
    .enum(["stdio", "http", "sse"])
    .exactOptional()
    .describe("Transport (default: `http` with `url`, else `stdio`)."),
  command: text.exactOptional().describe("Program to start (`stdio`)."),
  args: z.array(z.string()).exactOptional().describe("Arguments of `command`."),
  env: environment.exactOptional().describe("Environment added for `command`."),
  url: httpUrl.exactOptional().describe("Address of the server (`http`, `sse`)."),
  headers: headers.exactOptional().describe("HTTP headers sent to `url`."),
  timeout: milliseconds
    .exactOptional()
    .describe("Longest tool call: a duration, or a number of milliseconds."),
  always_load: z
    .boolean()
    .exactOptional()
    .describe("Put all its tools into the prompt instead of finding them by search."),
})
  .refine(
    (server) => server.command !== undefined || server.url !== undefined,
    crossField({ path: "command", error: 'needs "command" (a program) or "url" (an address)' }),
  )
  .refine(
    (server) => server.command === undefined || server.url === undefined,
    crossField({ path: "url", error: 'has "command" and "url": keep one of them' }),
  )
  .refine(
    (server) => !(server.type === "stdio" && server.url !== undefined && !server.command),
    crossField({
      path: "type",
      error: '"stdio" needs "command"; with "url" write "http" or "sse"',
    }),
  )
  .refine(
    (server) => !(isRemote(server.type) && server.command !== undefined && !server.url),
    crossField({
      path: "type",
      error: '"http" and "sse" need "url"; with "command" write "stdio"',
    }),
  )
  .refine(
    (server) => server.url === undefined || (!server.args && !server.env),
    crossField({ path: "url", error: '"args" and "env" belong to "command", not to "url"' }),
  )
  .refine(
    (server) => server.command === undefined || !server.headers,
    crossField({ path: "headers", error: '"headers" belong to "url", not to "command"' }),
  )
  .meta({
    // The same for editors.
    allOf: [
      { anyOf: [{ required: ["command"] }, { required: ["url"] }] },
      ...exclusive.map((keys) => ({ not: { required: keys } })),
      { not: { required: ["type", "url"], properties: { type: { const: "stdio" } } } },
      { not: { required: ["type", "command"], properties: { type: { enum: ["http", "sse"] } } } },
    ],
  })
  .transform((server): ResolvedMcpServer => {
    const shared = {
      ...(server.timeout !== undefined && { timeout: server.timeout }),
      ...(server.always_load !== undefined && { alwaysLoad: server.always_load }),
    };
    if (server.url !== undefined) {
      const type = server.type === "sse" ? "sse" : "http";
      return { type, url: server.url, headers: server.headers ?? {}, ...shared };
    }
    const { command = "", args = [], env = {} } = server;
    return { type: "stdio", command, args, env, ...shared };
  });

function isRemote(type: string | undefined): boolean {
  return type === "http" || type === "sse";
}
