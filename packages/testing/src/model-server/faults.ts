import type { ServerResponse } from "node:http";
import type { ErrorStep, FaultStep } from "../script/script.ts";

/** Sends what goes out in place of a message. */
export function sendFault(response: ServerResponse, fault: ErrorStep | FaultStep): void {
  if ("error" in fault) return sendError(response, fault);
  switch (fault.fault) {
    case "reset":
      response.socket?.resetAndDestroy();
      return;
    case "html":
      response.writeHead(200, { "content-type": "text/html" });
      response.end("<!doctype html><title>Gateway</title><h1>Sign in to the network</h1>");
      return;
    case "malformed":
      openStream(response).end('event: message_start\ndata: {"type":"message_start","mess\n\n');
      return;
    case "empty_stream":
      openStream(response).end();
      return;
    case "error_event": {
      const error = { type: "overloaded_error", message: "Overloaded" };
      openStream(response).end(
        `event: error\ndata: ${JSON.stringify({ type: "error", error })}\n\n`,
      );
    }
  }
}

/** Names a fault in the request log. */
export function faultName(fault: ErrorStep | FaultStep): string {
  return "error" in fault ? `error ${fault.error}` : fault.fault;
}

/** Sends an error as the real API does. */
export function sendError(response: ServerResponse, step: ErrorStep): void {
  const { error: status, type = errorTypes[status] ?? "api_error", headers } = step;
  const message = step.message ?? `The stand-in answers ${status} as its script says.`;
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify({ type: "error", error: { type, message } }));
}

/** Starts a stream of server-sent events. */
export function openStream(
  response: ServerResponse,
  headers: Readonly<Record<string, string>> = {},
): ServerResponse {
  return response.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-cache",
    ...headers,
  });
}

const errorTypes: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  529: "overloaded_error",
};
