import type { Agent, IncomingMessage, request } from "node:http";
import { FleetManagerError, messageOf } from "@herdctl/core";
import type { Route } from "./address.ts";

// An import statement reads every export, and one of them loads undici: 40 ms of every command.
const http = process.getBuiltinModule("node:http");

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
 * Speaks HTTP with a daemon, one connection each: there is none that the daemon could have closed.
 *
 * The transport throws `DAEMON_UNREACHABLE` when nobody answers there.
 */
export function createTransport(route: Route): Transport {
  return async ({ method, path, headers, body, signal, idleLimit }) => {
    const { request: send, agent } = await dialer(route);
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const outgoing = send(
      {
        ...route.target,
        agent,
        method,
        path: `${route.prefix}${path}`,
        signal,
        headers: { ...route.headers, ...headers },
      },
      resolve,
    );
    outgoing.once("error", (error) => reject(toTransportError(error, route)));
    if (idleLimit !== undefined) {
      outgoing.setTimeout(idleLimit, () => outgoing.destroy(new Error("the daemon fell silent")));
    }
    outgoing.end(body);
    return promise;
  };
}

interface Dialer {
  readonly request: typeof request;
  readonly agent: Agent;
}

// TLS is loaded where it is used: a command on its own machine does without.
async function dialer({ protocol }: Route): Promise<Dialer> {
  if (protocol === "http:") {
    return { request: http.request, agent: new http.Agent({ keepAlive: false }) };
  }
  const https = await import("node:https");
  return { request: https.request, agent: new https.Agent({ keepAlive: false }) };
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
const unreachableHost = new Set(["EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT"]);
const unknownName = new Set(["ENOTFOUND", "EAI_AGAIN"]);

/** Tells whether nobody listens there. */
export function isRefused({ cause }: FleetManagerError): boolean {
  return cause instanceof Error && "code" in cause && absent.has(String(cause.code));
}

function toTransportError(error: NodeJS.ErrnoException, route: Route): Error {
  const { code = "" } = error;
  if (error.name === "AbortError") return error;
  if (absent.has(code)) {
    const remedy =
      "url" in route.facts ? "Is it started with --web?" : "Start one with `herdctl start`.";
    return unreachable(`No daemon answers on ${route.name}. ${remedy}`, error, route);
  }
  const obstacle = obstacleOf(error);
  if (obstacle !== undefined) {
    return unreachable(`${route.name} cannot be reached: ${obstacle}.`, error, route);
  }
  if (code === "EACCES") {
    return unreachable(`The daemon on ${route.name} belongs to another user.`, error, route);
  }
  return error;
}

function obstacleOf({ code = "", message }: NodeJS.ErrnoException): string | undefined {
  if (unknownName.has(code)) return "there is no such name";
  if (code.startsWith("HPE_")) return "what answers there is not HTTP; perhaps https:// is";
  // OpenSSL's word for an answer that is not TLS.
  if (/wrong version number/.test(message)) {
    return "what answers there is not TLS. A daemon itself speaks http://";
  }
  return unreachableHost.has(code) || isTlsError(code) ? message.trim() : undefined;
}

function isTlsError(code: string): boolean {
  return /CERT|^ERR_TLS|^ERR_SSL|^EPROTO/.test(code);
}

function unreachable(message: string, cause: unknown, { facts }: Route): FleetManagerError {
  return new FleetManagerError(message, { code: "DAEMON_UNREACHABLE", context: facts, cause });
}

/** The error of a request whose daemon broke off its answer. */
export function brokenOff(error: unknown, { name, facts }: Route): FleetManagerError {
  const message = `The daemon on ${name} broke off in mid-answer${error === undefined ? "" : `: ${messageOf(error)}`}.`;
  return new FleetManagerError(message, {
    code: "DAEMON_UNREACHABLE",
    context: facts,
    cause: error,
  });
}

/** The error of an answer without a reason, which is mostly somebody else's. */
export function unreasoned(status: number, route: Route): FleetManagerError {
  if (!("url" in route.facts)) {
    return new FleetManagerError(`The daemon answered with status ${status} and no reason.`);
  }
  const message =
    status >= 502 && status <= 504
      ? `The proxy on ${route.name} reaches no daemon (status ${status}).`
      : `What is on ${route.name} does not answer as a daemon of herdctl does (status ${status}).`;
  return unreachable(message, undefined, route);
}
