import { errorKindOf, FleetManagerError, type Logger, messageOf } from "@herdctl/core";
import type { Context } from "hono";
import { type ErrorAnswer, toErrorBody } from "../wire/error.ts";
import { RequestError } from "./request-error.ts";

/** The one form of every answer that is not a success. */
export function answerError(error: unknown): Response {
  const answer: ErrorAnswer = { error: toErrorBody(error) };
  const status = error instanceof RequestError ? error.status : errorKindOf(error).status;
  const headers = new Headers({ "content-type": "application/json" });
  const { retryAfter } = answer.error;
  if (typeof retryAfter === "number") headers.set("retry-after", String(retryAfter));
  if (status === 401) headers.set("www-authenticate", 'Bearer realm="herdctl"');
  return new Response(JSON.stringify(answer), { status, headers });
}

/** Logs what a client is not told. */
export function reportError(logger: Logger, c: Context, error: unknown): void {
  if (error instanceof FleetManagerError && error.code !== "INTERNAL") return;
  logger.error(`${c.req.method} ${c.req.path} failed: ${messageOf(error)}`);
}
