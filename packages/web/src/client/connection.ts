import { FleetManagerError } from "@herdctl/core";
import { z } from "zod";
import { operations, streams } from "../contract.ts";
import type { OperationTypes, Stream, StreamTypes } from "../contract-types.ts";
import { errorAnswer, toFleetError } from "../wire/error.ts";
import { describeRequestProblems } from "../wire/request-problems.ts";
import { requestWords } from "../wire/request-words.ts";
import { type FleetAddress, type Route, toRoute } from "./address.ts";
import { readJson } from "./read-json.ts";
import { defaultPatience, type Patience } from "./patience.ts";
import { readServerEvents, type ServerEvent } from "./read-server-events.ts";
import { brokenOff, createTransport, readText, type Transport, unreasoned } from "./transport.ts";
import { wirePath } from "./wire-path.ts";

/** How long to wait, and when to give up. */
export interface CallOptions {
  /** Milliseconds (default 30,000). */
  readonly deadline?: number;
  readonly signal?: AbortSignal;
}

/** Where a stream goes on. */
export interface OpenOptions {
  readonly lastEventId?: string;
  readonly signal: AbortSignal;
}

type Call = <Name extends keyof OperationTypes>(
  name: Name,
  input: OperationTypes[Name]["input"],
  options?: CallOptions,
) => Promise<OperationTypes[Name]["output"]>;

/** Speaks the contract with one daemon. */
export interface Connection {
  readonly call: Call;
  /** Like `call`, but a connection that breaks rejects with what broke it, as that of `open` does. */
  readonly attempt: Call;
  /** One connection's worth of a stream. */
  open<Name extends keyof StreamTypes>(
    name: Name,
    input: StreamTypes[Name]["input"],
    options: OpenOptions,
  ): AsyncGenerator<ServerEvent>;
  /** Ends every call and stream. */
  close(): void;
  /** The error of an exchange that broke off. */
  readonly brokenOff: (cause: unknown) => FleetManagerError;
  /** Aborts with {@link close}. */
  readonly closed: AbortSignal;
  readonly patience: Patience;
  /** Whether a daemon has answered within the patience for an absent one. */
  wasThere(): boolean;
  /** Over the network, perhaps with others in between. */
  readonly isRemote: boolean;
}

/**
 * Milliseconds for what ends a process tree: politely first, then waiting until nothing of it is alive.
 */
export const endDeadline = 120_000;

const defaultDeadline = 30_000;
// Three missed heartbeats.
const longestSilence = 45_000;

/** Opens no connection yet: each call has its own. */
export function createConnection(
  address: FleetAddress,
  patience: Patience = defaultPatience,
): Connection {
  const route = toRoute(address);
  const closing = new AbortController();
  let answeredAt = -Infinity;
  const line: Line = {
    route,
    send: createTransport(route),
    closed: closing.signal,
    hear: () => void (answeredAt = performance.now()),
  };
  return {
    async call(name, input, options = {}) {
      try {
        return await exchange(line, { name, input, options });
      } catch (error) {
        const isAborted = closing.signal.aborted || options.signal?.aborted;
        throw isAborted || error instanceof FleetManagerError ? error : brokenOff(error, route);
      }
    },
    attempt: (name, input, options = {}) => exchange(line, { name, input, options }),
    open: (name, input, options) => readStream(line, { name, input, options }),
    brokenOff: (cause) => brokenOff(cause, route),
    closed: closing.signal,
    close: () => closing.abort(new DOMException("The client was closed.", "AbortError")),
    patience,
    wasThere: () => performance.now() - answeredAt < patience.absence,
    isRemote: "url" in address,
  };
}

interface Line {
  readonly route: Route;
  readonly send: Transport;
  readonly closed: AbortSignal;
  /** A daemon has answered. */
  readonly hear: () => void;
}

async function exchange<Name extends keyof OperationTypes>(
  { route, send, closed, hear }: Line,
  {
    name,
    input,
    options,
  }: {
    readonly name: Name;
    readonly input: OperationTypes[Name]["input"];
    readonly options: CallOptions;
  },
): Promise<OperationTypes[Name]["output"]> {
  const operation = operations[name];
  const deadline = AbortSignal.timeout(options.deadline ?? defaultDeadline);
  const signals = [deadline, closed, ...(options.signal ? [options.signal] : [])];
  const signal = AbortSignal.any(signals);
  const request = toWireRequest(operation, input);
  try {
    const answer = await send({ ...request, method: operation.method, signal });
    const text = await readText(answer);
    const { statusCode = 0 } = answer;
    if (statusCode >= 400) throw toError(statusCode, text, route);
    hear();
    return readJson<OperationTypes[Name]["output"]>(operation.output, text);
  } catch (error) {
    if (deadline.aborted && signal.reason === deadline.reason) throw tooLate(name, options);
    throw signal.aborted ? signal.reason : error;
  }
}

async function* readStream<Name extends keyof StreamTypes>(
  { route, send, hear }: Line,
  {
    name,
    input,
    options: { lastEventId, signal },
  }: {
    readonly name: Name;
    readonly input: StreamTypes[Name]["input"];
    readonly options: OpenOptions;
  },
): AsyncGenerator<ServerEvent> {
  const { path } = toWireRequest(streams[name], input);
  const headers = {
    accept: "text/event-stream",
    ...(lastEventId !== undefined && { "last-event-id": lastEventId }),
  };
  const answer = await send({ method: "GET", path, headers, signal, idleLimit: longestSilence });
  try {
    if (answer.statusCode !== 200) {
      throw toError(answer.statusCode ?? 0, await readText(answer), route);
    }
    hear();
    yield* readServerEvents(answer);
  } finally {
    answer.destroy();
  }
}

function toWireRequest<Input, Item>(
  { path, input: schema }: Pick<Stream<Input, Item>, "path" | "input">,
  input: Input,
): { readonly path: string; readonly body?: string; readonly headers?: Record<string, string> } {
  const encoded = z.safeEncode(schema, input, { error: requestWords });
  if (!encoded.success) {
    const { message, problems } = describeRequestProblems(encoded.error);
    throw new FleetManagerError(message, { code: "INVALID_REQUEST", context: { problems } });
  }
  const { params, query, body } = wireInput.parse(encoded.data);
  const filled = wirePath(path, params, query);
  if (Object.keys(body).length === 0) return { path: filled };
  const headers = { "content-type": "application/json" };
  return { path: filled, body: JSON.stringify(body), headers };
}

const wireInput = z.object({
  params: z.record(z.string(), z.string()),
  query: z.record(z.string(), z.string().optional()),
  body: z.record(z.string(), z.unknown()),
});

function toError(status: number, text: string, route: Route): FleetManagerError {
  try {
    return toFleetError(errorAnswer.parse(JSON.parse(text)).error);
  } catch {
    return unreasoned(status, route);
  }
}

function tooLate(
  operation: string,
  { deadline = defaultDeadline }: CallOptions,
): FleetManagerError {
  return new FleetManagerError(
    `The daemon did not answer ${operation} within ${deadline / 1_000} s.`,
    { code: "TIMEOUT", context: { operation, deadline } },
  );
}
