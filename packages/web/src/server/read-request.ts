import type { Context } from "hono";
import { z } from "zod";
import { describeRequestProblems } from "../wire/request-problems.ts";
import { requestWords } from "../wire/request-words.ts";
import { RequestError } from "./request-error.ts";

const largestBody = 4 * 1024 * 1024;

/**
 * Reads a request as its contract wants it.
 *
 * @throws `INVALID_REQUEST`, naming each field that is wrong
 */
export async function readRequest<Input>(
  c: Context,
  schema: z.ZodType<Input>,
  limit: number = largestBody,
): Promise<Input> {
  const body = c.req.method === "POST" ? await readBody(c, limit) : {};
  const parts = { params: c.req.param(), query: c.req.query(), body };
  const parsed = z.safeDecode(schema, parts, { error: requestWords });
  if (parsed.success) return parsed.data;
  const { message, problems } = describeRequestProblems(parsed.error);
  throw new RequestError(400, message, { problems });
}

async function readBody(c: Context, limit: number): Promise<unknown> {
  const text = await readText(c, limit);
  if (text === "") return {};
  const type = c.req.header("content-type") ?? "";
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new RequestError(415, "The body must be JSON, with `content-type: application/json`.");
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new RequestError(400, "The body is not valid JSON.", { problems: [{ field: "body" }] });
  }
}

async function readText(c: Context, limit: number): Promise<string> {
  const tooLarge = new RequestError(413, `The body is over ${limit} bytes.`);
  if (Number(c.req.header("content-length") ?? 0) > limit) throw tooLarge;
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of c.req.raw.body ?? []) {
    size += chunk.byteLength;
    if (size > limit) throw tooLarge;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
