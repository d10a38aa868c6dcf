import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import { answerMessages } from "./answer.ts";
import { loadScripts, type ScriptSources } from "./load-scripts.ts";
import { ModelScripts } from "./model-scripts.ts";
import { clientEnvironment, type ClientEnvironmentOptions } from "./client-environment.ts";
import { RequestLog } from "./request-log.ts";
import type { ModelRequest } from "./request-log.ts";
import { sendError } from "./faults.ts";

/** Options of {@link createModelServer}. */
export interface ModelServerOptions extends ScriptSources {
  /** Default: any free one. */
  readonly port?: number;
}

/** A local server that speaks enough of the Messages API for Claude Code. */
export interface ModelServer extends AsyncDisposable {
  readonly url: string;
  /** The last 1,000 requests for a message, oldest first. */
  readonly requests: readonly ModelRequest[];
  /** Environment with which `claude` talks to this server and to nobody else; `home` is its own. */
  env(home: string, options?: ClientEnvironmentOptions): Record<string, string>;
  /**
   * The first request, past or future, that satisfies `predicate`.
   *
   * @throws Error when none has come after `timeoutMs` (default 120,000)
   */
  waitForRequest(
    predicate: (request: ModelRequest) => boolean,
    options?: { readonly timeoutMs?: number },
  ): Promise<ModelRequest>;
  /** Ends every connection; whoever calls afterwards is refused. */
  close(): Promise<void>;
}

/**
 * Starts a stand-in for the Messages API on the loopback interface. Its answers come from the script
 * in the prompt, else from the one of the calling agent, else from the fallback.
 *
 * @throws Error when a script has no meaning; when the port is taken
 *
 * @example
 * ```ts
 * await using server = await createModelServer();
 * spawn("claude", ["-p", `Hi. ${inPrompt(script().text("Hello."))}`], { env: server.env(home) });
 * ```
 */
export async function createModelServer(options: ModelServerOptions = {}): Promise<ModelServer> {
  const scripts = new ModelScripts(await loadScripts(options));
  const log = new RequestLog();
  const server = createServer((request, response) => {
    route({ request, response, scripts, log }).catch(() => response.destroy());
  });
  // A stalled stream is part of some scripts.
  server.requestTimeout = 0;
  // A connection closed between two turns would look like a network error now and then.
  server.keepAliveTimeout = 0;
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const url = urlOf(server);
  const close = async (): Promise<void> => {
    log.close();
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return {
    url,
    requests: log.requests,
    env: (home, client) => clientEnvironment({ ...client, url, home }),
    waitForRequest: (predicate, { timeoutMs = 120_000 } = {}) => log.waitFor(predicate, timeoutMs),
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly scripts: ModelScripts;
  readonly log: RequestLog;
}

async function route({ request, response, scripts, log }: Exchange): Promise<void> {
  const path = new URL(request.url ?? "/", "http://localhost").pathname;
  if (request.method === "HEAD") {
    response.writeHead(200).end();
  } else if (request.method === "POST" && path === "/v1/messages") {
    await answerMessages({ request, response, scripts, log });
  } else if (request.method === "POST" && path === "/v1/messages/count_tokens") {
    request.resume();
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ input_tokens: 100 }));
  } else {
    request.resume();
    sendError(response, { error: 404, message: `The stand-in has no ${request.method} ${path}.` });
  }
}

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return `http://127.0.0.1:${address.port}`;
}
