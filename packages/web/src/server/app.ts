import type { HttpBindings } from "@hono/node-server";
import { errorKindOf, FleetManagerError, type Logger, messageOf } from "@herdctl/core";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { z } from "zod";
import { operations, type OperationTypes, streams, type StreamTypes } from "../contract.ts";
import { type ErrorAnswer, toErrorBody } from "../wire/error.ts";
import type { OperationHandlers } from "./operation-handlers.ts";
import { invalidRequest, readRequest } from "./read-request.ts";
import { eventStream } from "./sse.ts";
import type { StreamHandlers } from "./stream-handlers.ts";

/** What the routes are made of. */
export interface AppParts {
  readonly operationHandlers: OperationHandlers;
  readonly streamHandlers: StreamHandlers;
  readonly logger: Logger;
  /** Aborts when the server closes: ends streams and waits. */
  readonly closing: AbortSignal;
  /** See {@link EventStreamOptions.heartbeat}. */
  readonly heartbeat: number;
}

/** On Node.js, the app knows the response below it. */
export interface AppEnv {
  readonly Bindings: Partial<HttpBindings>;
}

const largestBody = 4 * 1024 * 1024;

/** The HTTP API as the contract says it, without a socket. */
export function createApp(parts: AppParts): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.use(
    bodyLimit({
      maxSize: largestBody,
      onError: () => fail(invalidRequest(`The body is over ${largestBody} bytes.`), 413),
    }),
  );
  for (const name of namesOf(operations)) addOperation(app, parts, name);
  for (const name of namesOf(streams)) addStream(app, parts, name);
  for (const { path } of [...Object.values(operations), ...Object.values(streams)]) {
    app.all(path, (c) => fail(invalidRequest(`${c.req.method} is not possible here.`), 405));
  }
  app.notFound((c) => fail(invalidRequest(`There is no ${new URL(c.req.url).pathname}.`), 404));
  app.onError((error, c) => {
    report(parts.logger, c, error);
    return fail(error, errorKindOf(error).status);
  });
  return app;
}

function addOperation<Name extends keyof OperationTypes>(
  app: Hono<AppEnv>,
  { operationHandlers, closing }: AppParts,
  name: Name,
): void {
  const { method, path, status, input, output } = operations[name];
  app.on(method, path, async (c) => {
    const request = await readRequest<OperationTypes[Name]["input"]>(c, input);
    const signal = AbortSignal.any([c.req.raw.signal, closing]);
    const result = await operationHandlers[name](request, signal);
    const answer = z.encode<z.ZodType<OperationTypes[Name]["output"]>>(output, result);
    return answer === undefined
      ? c.body(null, status)
      : new Response(JSON.stringify(answer), { status, headers: jsonHeaders });
  });
}

function addStream<Name extends keyof StreamTypes>(
  app: Hono<AppEnv>,
  { streamHandlers, logger, closing, heartbeat }: AppParts,
  name: Name,
): void {
  const { path, input } = streams[name];
  app.get(path, async (c) => {
    const request = await readRequest<StreamTypes[Name]["input"]>(c, input);
    const lastEventId = c.req.header("last-event-id");
    const gone = new AbortController();
    const { frames, startId } = streamHandlers[name]({
      input: request,
      signal: gone.signal,
      ...(lastEventId !== undefined && { lastEventId }),
    });
    for (const end of [c.req.raw.signal, closing]) linkAbort(end, gone);
    const body = eventStream(frames, {
      ...(startId !== undefined && { startId }),
      gone,
      heartbeat,
      drop: () => {
        logger.warn("a reader of the event stream took nothing and was dropped", { path });
        c.env?.outgoing?.destroy();
      },
      onError: (error) => report(logger, c, error),
    });
    return c.body(body, 200, streamHeaders);
  });
}

const jsonHeaders = { "content-type": "application/json" };
const streamHeaders = { "content-type": "text/event-stream", "cache-control": "no-store" };

function namesOf<Table extends object>(table: Table): readonly (keyof Table)[] {
  return Object.keys(table) as (keyof Table)[];
}

// The listener must go with the stream: `from` may outlive thousands of them.
function linkAbort(from: AbortSignal, to: AbortController): void {
  if (from.aborted) to.abort();
  from.addEventListener("abort", () => to.abort(), { once: true, signal: to.signal });
}

function fail(error: Error, status: number): Response {
  const answer: ErrorAnswer = { error: toErrorBody(error) };
  return new Response(JSON.stringify(answer), { status, headers: jsonHeaders });
}

function report(logger: Logger, c: Context, error: unknown): void {
  if (error instanceof FleetManagerError && error.code !== "INTERNAL") return;
  logger.error(`${c.req.method} ${c.req.path} failed: ${messageOf(error)}`);
}
