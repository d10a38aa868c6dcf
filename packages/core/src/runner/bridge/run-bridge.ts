import { request } from "node:http";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";

// Nothing but Node is imported here: the process starts with every job.

interface BridgeOptions {
  readonly socketPath: string;
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

const firstPause = 50;
const longestPause = 1_000;

/**
 * Carries JSON-RPC lines to a socket and the answers back, until the input ends. While nobody listens
 * there, because herdctl has died or is starting anew, each line is repeated until it is answered.
 */
export async function runBridge({ socketPath, input, output }: BridgeOptions): Promise<void> {
  const asked = new Map<unknown, AbortController>();
  const ended = new AbortController();
  const relay = async (line: string): Promise<void> => {
    const { id, cancelled } = readLine(line);
    asked.get(cancelled)?.abort();
    const stop = new AbortController();
    if (id !== undefined) asked.set(id, stop);
    const answer = await post(socketPath, line, AbortSignal.any([stop.signal, ended.signal]));
    asked.delete(id);
    if (answer !== undefined) output.write(`${answer}\n`);
  };
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() !== "") void relay(line);
  }
  ended.abort();
}

/** The id of a request, and that of a request which this line takes back. */
function readLine(line: string): { readonly id?: unknown; readonly cancelled?: unknown } {
  try {
    const { id, method, params } = JSON.parse(line);
    if (method !== "notifications/cancelled") return { id };
    return { cancelled: params?.requestId };
  } catch {
    // The other side says what is wrong with it.
    return {};
  }
}

/** Posts a line until it is answered; resolves with the answer, or with nothing where none is due. */
async function post(
  socketPath: string,
  line: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (let pause = firstPause; !signal.aborted; pause = Math.min(pause * 2, longestPause)) {
    try {
      const { status, body } = await send(socketPath, line, signal);
      if (status === 200) return body;
      if (status === 202) return undefined;
      if (status === 400) return toError(line, body);
    } catch {
      // Nobody listens, or whoever did is gone: again.
    }
    await delay(pause, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

function send(socketPath: string, line: string, signal: AbortSignal): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const headers = { "content-type": "application/json" };
  const call = request({ socketPath, method: "POST", path: "/", headers, signal }, (response) => {
    const { statusCode: status } = response;
    text(response)
      .then((body) => resolve({ status, body }))
      .catch(reject);
  });
  call.on("error", reject);
  call.end(line);
  return promise;
}

function toError(line: string, message: string): string {
  const { id = null } = readLine(line);
  return JSON.stringify({ jsonrpc: "2.0", id, error: { code: -32_600, message } });
}
