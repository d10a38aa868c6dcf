import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import { json } from "node:stream/consumers";

interface Request {
  readonly id?: number | string;
  readonly method: string;
  readonly params?: { readonly protocolVersion?: string; readonly arguments?: { text?: string } };
}

function answer({ id, method, params }: Request): string | undefined {
  if (id === undefined) return undefined;
  const reply = (result: unknown): string => JSON.stringify({ jsonrpc: "2.0", id, result });
  switch (method) {
    case "initialize":
      return reply({
        protocolVersion: params?.protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: "shouting", version: "1.0.0" },
      });
    case "tools/list":
      return reply({ tools: [shout] });
    case "tools/call": {
      const text = `${params?.arguments?.text?.toUpperCase()}!`;
      return reply({ content: [{ type: "text", text }] });
    }
    default:
      return reply({});
  }
}

const shout = {
  name: "shout",
  description: "Says it louder.",
  inputSchema: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
};

/** A small MCP server with one tool, `shout`, over HTTP, for callers with the right token. */
export async function serveShouting(token: string): Promise<{ url: string } & AsyncDisposable> {
  const server = createServer((request, response) => {
    serve(request, response, token).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}/mcp`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  token: string,
): Promise<void> {
  if (request.headers.authorization !== `Bearer ${token}`) {
    response.writeHead(401).end();
  } else if (request.method === "POST") {
    const said = answer((await json(request)) as Request);
    if (said === undefined) response.writeHead(202).end();
    else response.writeHead(200, { "content-type": "application/json" }).end(said);
  } else {
    response.writeHead(405).end();
  }
}
