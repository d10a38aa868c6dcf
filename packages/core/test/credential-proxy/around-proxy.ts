import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { createProxyServer } from "../../src/runner/runtime/container/credential-proxy/proxy-server.ts";
import type { Refusal } from "../../src/runner/runtime/container/credential-proxy/refusals.ts";
import type {
  ModelSettings,
  ProxySettings,
} from "../../src/runner/runtime/container/credential-proxy/settings.ts";

/** What came to a server that stands for the model, or for a place on the network. */
export interface Arrived {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface Place extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  readonly arrived: readonly Arrived[];
}

/** A server that notes what comes, and answers. */
export async function startPlace(
  answer: (request: IncomingMessage, response: ServerResponse) => unknown = (_request, response) =>
    response.end("hello"),
): Promise<Place> {
  const arrived: Arrived[] = [];
  const take = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method, url, headers } = incoming;
    const body = await text(incoming).catch(() => "broken off");
    arrived.push({ method, url, headers, body });
    answer(incoming, response);
  };
  const server = createServer((incoming, response) => void take(incoming, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    arrived,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

export interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface Asked {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface RunningProxy extends AsyncDisposable {
  readonly port: number;
  readonly refusals: readonly Refusal[];
  /** One request, as a client makes it. */
  ask(asked: Asked): Promise<Answer>;
  /** Bytes as they are; resolves with everything that comes back until the other side ends. */
  say(bytes: string): Promise<string>;
  connect(): Promise<Socket>;
}

export const plainModel = (url: string): ModelSettings => ({
  url,
  headers: {},
  proxyEnv: {},
  credential: { kind: "key", value: "real-key" },
});

export async function startProxy(
  settings: Partial<Pick<ProxySettings, "model" | "allow">>,
): Promise<RunningProxy> {
  const refusals: Refusal[] = [];
  const server = createProxyServer({ allow: [], ...settings }, (refusal) => refusals.push(refusal));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const open = async (): Promise<Socket> => {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    return socket;
  };
  return {
    port,
    refusals,
    ask: (asked) => ask(port, asked),
    async say(bytes) {
      const socket = await open();
      socket.write(bytes);
      return text(socket);
    },
    connect: open,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

async function ask(port: number, { body, ...asked }: Asked): Promise<Answer> {
  const call = request({ host: "127.0.0.1", port, method: "POST", agent: false, ...asked });
  // An answer may come before everything is sent.
  call.on("error", () => undefined);
  call.end(body);
  const [response]: IncomingMessage[] = await once(call, "response");
  if (!response) throw new Error("no answer");
  const { statusCode: status, headers } = response;
  return { status, headers, body: await text(response) };
}
