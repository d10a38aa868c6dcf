import { type IncomingMessage, request as requestHttp, type ServerResponse } from "node:http";
import { type Egress, NoWay } from "./egress.ts";
import { answer, forward } from "./forward.ts";
import { endToEnd } from "./headers.ts";

/** Answers a request for `http://…`, as clients make them of a proxy. */
export async function passPlainHttp(
  egress: Egress,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const url = new URL(request.url ?? "");
    if (url.protocol !== "http:") throw new NoWay(400, `${url.protocol} needs a CONNECT`);
    const { host, port, lookup } = await egress.open(url.host, 80);
    const upstream = requestHttp({
      host,
      port,
      lookup,
      agent: false,
      method: request.method ?? "GET",
      path: url.pathname + url.search,
      // Whatever the client said: the place that was asked for is the one that was checked.
      headers: { ...endToEnd(request.headers), host: url.host, connection: "close" },
    });
    response.once("close", () => upstream.destroy());
    await answer(response, await forward(request, upstream, Number.POSITIVE_INFINITY));
  } catch (error) {
    if (response.headersSent) return void response.destroy();
    const { status, message } = toNoWay(error);
    response.writeHead(status, { "content-type": "text/plain", connection: "close" });
    response.end(`herdctl: ${message}\n`);
  }
}

function toNoWay(error: unknown): NoWay {
  if (error instanceof NoWay) return error;
  if (error instanceof TypeError) return new NoWay(400, "this is no URL");
  return new NoWay(502, error instanceof Error ? error.message : String(error));
}
