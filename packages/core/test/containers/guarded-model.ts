import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, request } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestFleet } from "@herdctl/testing";

export interface GuardedModel extends AsyncDisposable {
  readonly url: string;
  /** Paths that were asked for, whether that was let through or not. */
  readonly asked: readonly string[];
}

/** The model of a fleet behind a check of who asks: 401 where `isAllowed` does not hold. */
export async function guardModel(
  { server: model }: TestFleet,
  isAllowed: (headers: IncomingHttpHeaders) => boolean,
): Promise<GuardedModel> {
  const asked: string[] = [];
  const server = createServer((incoming, response) => {
    const { url = "", method = "GET", headers } = incoming;
    asked.push(url);
    if (!isAllowed(headers)) {
      incoming.resume();
      response.writeHead(401, { "content-type": "application/json" });
      const error = { type: "authentication_error", message: "invalid x-api-key" };
      response.end(JSON.stringify({ type: "error", error }));
      return;
    }
    const onward = request(model.url + url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    incoming.pipe(onward);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
