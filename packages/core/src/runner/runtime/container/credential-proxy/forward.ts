import type { ClientRequest, IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { endToEnd } from "./headers.ts";

/** Bytes of a request's body; the model API takes 32 MB. */
export const longestBody: number = 64 * 1_024 * 1_024;

/** Milliseconds without a byte: a model may think for minutes before it says a word. */
export const silenceMs: number = 15 * 60_000;

/** Why a request came to no answer. */
export class ForwardError extends Error {
  readonly status: 413 | 502;

  constructor(status: ForwardError["status"], message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Sends a body on and resolves with the answer to it, as both come.
 *
 * @throws {ForwardError} when there is no answer, or the body is longer than `limit`.
 */
export async function forward(
  request: IncomingMessage,
  upstream: ClientRequest,
  limit: number,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  upstream.once("response", resolve);
  upstream.on("error", (error) => reject(toForwardError(error)));
  upstream.setTimeout(silenceMs, () => upstream.destroy(new Error("it was silent for too long")));
  pipeline(limited(request, limit), upstream).catch((error: unknown) => {
    // An answer may come before the whole body was taken.
    upstream.destroy();
    reject(toForwardError(error));
  });
  return promise;
}

/** Hands an answer on as it comes; resolves when it is over, on either side. */
export async function answer(response: ServerResponse, from: IncomingMessage): Promise<void> {
  response.writeHead(from.statusCode ?? 502, endToEnd(from.headers));
  // Server-sent events begin with a pause.
  response.flushHeaders();
  await pipeline(from, response).catch(() => {
    from.destroy();
    response.destroy();
  });
}

/** Chunks of a body; whoever sends it is to get an answer, also where it is not taken to its end. */
async function* limited(request: IncomingMessage, limit: number): AsyncGenerator<Buffer> {
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += chunk.length;
    if (length > limit) throw new ForwardError(413, `the body is longer than ${limit} bytes`);
    yield chunk;
  }
}

function toForwardError(error: unknown): ForwardError {
  if (error instanceof ForwardError) return error;
  return new ForwardError(502, error instanceof Error ? error.message : String(error));
}
