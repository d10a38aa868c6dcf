import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Egress } from "./egress.ts";
import { silenceMs } from "./forward.ts";
import { ModelGate, sendApiError } from "./model-gate.ts";
import { passPlainHttp } from "./plain-http.ts";
import type { Refusal } from "./refusals.ts";
import type { ProxySettings } from "./settings.ts";
import { tunnel } from "./tunnel.ts";

/** Connections at one time; an agent can open any number. */
const mostConnections = 256;

/**
 * The way out of one container: to the model, signed, and to places that are listed. What it is asked
 * for says which: a path is for the model, a URL or a CONNECT for some place.
 */
export function createProxyServer(
  settings: Pick<ProxySettings, "model" | "allow">,
  onRefusal: (refusal: Refusal) => void,
): Server {
  const egress = new Egress(settings.allow, onRefusal);
  const model = settings.model && new ModelGate(settings.model);
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // Who goes away in the middle is no problem of ours.
    request.on("error", () => response.destroy());
    if (!request.url?.startsWith("/")) return passPlainHttp(egress, request, response);
    if (model) return model.handle(request, response);
    const message = "There is no model to be reached from here.";
    sendApiError(response, { status: 403, type: "permission_error", message });
  };
  const server = createServer(
    {
      maxHeaderSize: 64 * 1_024,
      headersTimeout: 30_000,
      // For the whole of a body, such as that of a large `git push`.
      requestTimeout: 60 * 60_000,
      connectionsCheckingInterval: 5_000,
    },
    (request, response) => void handle(request, response),
  );
  server.maxConnections = mostConnections;
  // A connection that ends between two turns would look like a network that fails now and then.
  server.keepAliveTimeout = 0;
  server.timeout = silenceMs;
  server.on("connect", (request: IncomingMessage, client, head) => {
    void tunnel(egress, { authority: request.url ?? "", client, head });
  });
  return server;
}
