import { readFileSync } from "node:fs";
import {
  Agent,
  type IncomingMessage,
  request as requestHttp,
  type ServerResponse,
} from "node:http";
import { Agent as TlsAgent, request as requestHttps } from "node:https";
import { rootCertificates } from "node:tls";
import { answer, forward, ForwardError, longestBody } from "./forward.ts";
import { anonymous } from "./headers.ts";
import type { ModelSettings } from "./settings.ts";
import { Signer } from "./signature.ts";

/** What an agent may ask of the model API: answers, and how long a question is. */
const paths = new Set(["/v1/messages", "/v1/messages/count_tokens"]);

/** Lets requests for a message through to the model, signed with what only this process knows. */
export class ModelGate {
  readonly #settings: ModelSettings;
  readonly #signer: Signer;
  readonly #url: URL;
  readonly #agent: Agent;

  constructor(settings: ModelSettings) {
    this.#settings = settings;
    this.#signer = new Signer(settings.credential);
    this.#url = new URL(settings.url);
    const { proxyEnv, extraCa } = settings;
    // A connection that is kept may break just when it is used again, and Claude would count a failure.
    const options = { keepAlive: false, proxyEnv };
    this.#agent =
      this.#url.protocol === "https:"
        ? new TlsAgent({ ...options, ...(extraCa && trustAlso(extraCa)) })
        : new Agent(options);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = "" } = request;
    const [path = ""] = url.split("?", 1);
    if (method !== "POST" || !paths.has(path)) {
      const message = `herdctl lets only POST ${[...paths].join(" and ")} through to the model.`;
      return sendApiError(response, { status: 403, type: "permission_error", message });
    }
    if (Number(request.headers["content-length"]) > longestBody) {
      return sendApiError(response, tooLong);
    }
    try {
      await this.#pass(request, response);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else sendApiError(response, toApiError(error, this.#url.host));
    }
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { headers, doubt } = await this.#signer.sign();
    const send = this.#url.protocol === "https:" ? requestHttps : requestHttp;
    const upstream = send({
      ...addressOf(this.#url),
      path: this.#url.pathname.replace(/\/+$/, "") + (request.url ?? ""),
      method: "POST",
      agent: this.#agent,
      headers: { ...anonymous(request.headers), ...this.#settings.headers, ...headers },
    });
    response.once("close", () => upstream.destroy());
    const from = await forward(request, upstream, longestBody);
    if (from.statusCode !== 401 || doubt === undefined) return answer(response, from);
    from.resume();
    // Not 401, after which Claude Code tries again before it shows the words.
    sendApiError(response, { status: 403, type: "authentication_error", message: doubt });
  }
}

function trustAlso(file: string): { readonly ca: string[] } {
  return { ca: [...rootCertificates, readFileSync(file, "utf8")] };
}

function addressOf({ protocol, hostname, port }: URL) {
  return { protocol, hostname: hostname.replace(/^\[|\]$/g, ""), port };
}

interface ApiError {
  readonly status: number;
  readonly type: string;
  readonly message: string;
}

const tooLong: ApiError = {
  status: 413,
  type: "request_too_large",
  message: `herdctl lets no more than ${longestBody} bytes through to the model.`,
};

function toApiError(error: unknown, host: string): ApiError {
  if (error instanceof ForwardError && error.status === 413) return tooLong;
  const reason = error instanceof Error ? error.message : String(error);
  const message = `herdctl cannot reach the model at ${host}: ${reason}`;
  return { status: 502, type: "api_error", message };
}

/** An error as the model API tells it, which Claude Code shows. */
export function sendApiError(response: ServerResponse, { status, type, message }: ApiError): void {
  // What is left of the request is not read.
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify({ type: "error", error: { type, message } }));
}
