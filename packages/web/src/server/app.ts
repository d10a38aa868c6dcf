import type { HttpBindings } from "@hono/node-server";
import type { Logger } from "@herdctl/core";
import { Hono } from "hono";
import { z } from "zod";
import { operations, streams } from "../contract.ts";
import type { OperationTypes, StreamTypes } from "../contract-types.ts";
import { answerError, reportError } from "./answer-error.ts";
import type { OperationHandlers } from "./operation-handlers.ts";
import { hasEtag, toEtag } from "./etag.ts";
import { readRequest } from "./read-request.ts";
import { RequestError } from "./request-error.ts";
import { eventStream } from "./sse.ts";
import type { StreamHandlers } from "./stream-handlers.ts";

/** What the routes are made of. */
export interface AppParts {
  readonly operationHandlers: OperationHandlers;
  readonly streamHandlers: StreamHandlers;
  readonly logger: Logger;
  /** `getVersion` of the fleet. */
  readonly version: () => string;
  /** Aborts when the server closes: ends streams and waits. */
  readonly closing: AbortSignal;
  /** See {@link EventStreamOptions.heartbeat}. */
  readonly heartbeat: number;
}

/** On Node.js, the app knows the response below it. */
export interface AppEnv {
  readonly Bindings: Partial<HttpBindings>;
}

/** The HTTP API as the contract says it, without a socket. */
export function createApp(parts: AppParts): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  for (const name of namesOf(operations)) {
    addOperation(app, { name, handle: parts.operationHandlers[name], parts });
  }
  for (const name of namesOf(streams)) {
    addStream(app, { name, handle: parts.streamHandlers[name], parts });
  }
  for (const { path } of [...Object.values(operations), ...Object.values(streams)]) {
    app.all(path, (c) => {
      throw new RequestError(405, `${c.req.method} is not possible on ${c.req.path}.`);
    });
  }
  app.notFound((c) => answerError(new RequestError(404, `There is no ${c.req.path}.`)));
  app.onError((error, c) => {
    reportError(parts.logger, c, error);
    return answerError(error);
  });
  return app;
}

interface OperationRoute<Name extends keyof OperationTypes> {
  readonly name: Name;
  readonly handle: OperationHandlers[Name];
  readonly parts: AppParts;
}

function addOperation<Name extends keyof OperationTypes>(
  app: Hono<AppEnv>,
  { name, handle, parts: { closing, version } }: OperationRoute<Name>,
): void {
  const { method, path, status, input, output, polled } = operations[name];
  app.on(method, path, async (c) => {
    const request = await readRequest<OperationTypes[Name]["input"]>(c, input);
    // Before the answer, which may be newer than its tag, and never older.
    const etag = polled ? toEtag(version()) : undefined;
    if (etag !== undefined && hasEtag(c.req.header("if-none-match"), etag)) {
      return c.body(null, 304, polledHeaders(etag));
    }
    const signal = AbortSignal.any([c.req.raw.signal, closing]);
    const result = await handle(request, signal);
    const answer = z.encode<z.ZodType<OperationTypes[Name]["output"]>>(output, result);
    return answer === undefined
      ? c.body(null, status)
      : new Response(JSON.stringify(answer), {
          status,
          headers: { ...jsonHeaders, ...(etag !== undefined && polledHeaders(etag)) },
        });
  });
}

interface StreamRoute<Name extends keyof StreamTypes> {
  readonly name: Name;
  readonly handle: StreamHandlers[Name];
  readonly parts: AppParts;
}

function addStream<Name extends keyof StreamTypes>(
  app: Hono<AppEnv>,
  { name, handle, parts: { logger, closing, heartbeat } }: StreamRoute<Name>,
): void {
  const { path, input } = streams[name];
  app.get(path, async (c) => {
    const request = await readRequest<StreamTypes[Name]["input"]>(c, input);
    if (c.req.method === "HEAD") return c.body(null, 200, streamHeaders);
    const lastEventId = c.req.header("last-event-id");
    const gone = new AbortController();
    const { frames, startId } = handle({
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
      onError: (error) => reportError(logger, c, error),
    });
    return c.body(body, 200, streamHeaders);
  });
}

// Kept, but never shown without asking.
function polledHeaders(etag: string): Record<string, string> {
  return { etag, "cache-control": "private, no-cache" };
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
