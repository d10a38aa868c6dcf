import { type IncomingMessage, request, type RequestOptions } from "node:http";

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
  readonly json: () => unknown;
}

/** What `curl --unix-socket` would do. */
export function get(socketPath: string, path: string): Promise<RawAnswer> {
  return send({ socketPath, path });
}

/** Sends any request with any body. */
export async function send(options: RequestOptions, body?: string | Buffer): Promise<RawAnswer> {
  const answer = await open(options, body);
  let text = "";
  for await (const chunk of answer) text += String(chunk);
  const { statusCode = 0, headers } = answer;
  return { status: statusCode, headers, text, json: () => JSON.parse(text) as unknown };
}

/** Sends a request; the body of its answer is still to be read. */
export function open(options: RequestOptions, body?: string | Buffer): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request(options, resolve).once("error", reject).end(body);
  return promise;
}
