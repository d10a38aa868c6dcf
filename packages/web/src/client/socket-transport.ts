import { Agent, type IncomingMessage, request } from "node:http";
import { FleetManagerError, messageOf } from "@herdctl/core";

/** One HTTP request, ready for the wire. */
export interface WireRequest {
  readonly method: "GET" | "POST";
  /** With its query string. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** Milliseconds without a byte after which the connection counts as broken. */
  readonly idleLimit?: number;
}

/** Sends a request; resolves with the answer's head, its body still to be read. */
export type Transport = (request: WireRequest) => Promise<IncomingMessage>;

/**
 * Speaks HTTP over a unix socket, one connection each: there is none that a daemon could have closed.
 *
 * The transport throws `DAEMON_UNREACHABLE` when nobody answers there.
 */
export function socketTransport(socketPath: string): Transport {
  const agent = new Agent({ keepAlive: false });
  return ({ method, path, headers, body, signal, idleLimit }) => {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const outgoing = request(
      { socketPath, agent, method, path, signal, headers: { host: "localhost", ...headers } },
      resolve,
    );
    outgoing.once("error", (error) => reject(toTransportError(error, socketPath)));
    if (idleLimit !== undefined) {
      outgoing.setTimeout(idleLimit, () => outgoing.destroy(new Error("the daemon fell silent")));
    }
    outgoing.end(body);
    return promise;
  };
}

/** The body of an answer as text. */
export async function readText(message: IncomingMessage): Promise<string> {
  message.setEncoding("utf8");
  let text = "";
  for await (const chunk of message) text += chunk;
  return text;
}

// What these mean is that there is no daemon; anything else is a connection that broke.
const absent = new Set(["ENOENT", "ECONNREFUSED", "ENOTSOCK"]);

function toTransportError(error: NodeJS.ErrnoException, socketPath: string): Error {
  if (error.name === "AbortError") return error;
  if (absent.has(error.code ?? "")) {
    return unreachable(
      `No daemon answers on ${socketPath}. Start one with \`herdctl start\`.`,
      error,
      socketPath,
    );
  }
  if (error.code === "EACCES") {
    return unreachable(`The daemon on ${socketPath} belongs to another user.`, error, socketPath);
  }
  return error;
}

function unreachable(message: string, cause: Error, socketPath: string): FleetManagerError {
  return new FleetManagerError(message, {
    code: "DAEMON_UNREACHABLE",
    context: { socketPath },
    cause,
  });
}

/** The error of a request whose daemon broke off its answer. */
export function brokenOff(error: unknown, socketPath: string): FleetManagerError {
  const message = `The daemon on ${socketPath} broke off in mid-answer${error === undefined ? "" : `: ${messageOf(error)}`}.`;
  return new FleetManagerError(message, {
    code: "DAEMON_UNREACHABLE",
    context: { socketPath },
    cause: error,
  });
}
