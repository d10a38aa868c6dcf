import { FleetManagerError } from "@herdctl/core";
import type { Context } from "hono";
import { z } from "zod";

/**
 * Reads a request as its contract wants it.
 *
 * @throws `INVALID_REQUEST`, naming each field that is wrong
 */
export async function readRequest<Input>(c: Context, schema: z.ZodType<Input>): Promise<Input> {
  const raw = { params: c.req.param(), query: c.req.query(), body: await readBody(c) };
  const parsed = z.safeDecode(schema, raw);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => ({
    field: issue.path.join("."),
    message: issue.message,
  }));
  const text = problems.map(({ field, message }) => `${field}: ${message}`).join("; ");
  throw invalidRequest(`The request is not valid: ${text}.`, { problems });
}

/** An `INVALID_REQUEST` error. */
export function invalidRequest(
  message: string,
  context?: Readonly<Record<string, unknown>>,
): FleetManagerError {
  return new FleetManagerError(message, { code: "INVALID_REQUEST", ...(context && { context }) });
}

async function readBody(c: Context): Promise<unknown> {
  const text = c.req.method === "POST" ? await c.req.text() : "";
  if (text === "") return {};
  const type = c.req.header("content-type") ?? "";
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw invalidRequest("The body must be JSON, with `content-type: application/json`.");
  }
  try {
    return JSON.parse(text);
  } catch {
    throw invalidRequest("The body is not valid JSON.", { problems: [{ field: "body" }] });
  }
}
