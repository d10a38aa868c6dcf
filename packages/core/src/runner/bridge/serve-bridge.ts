import { chmod, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { messageOf } from "../../errors.ts";
import { openShortPath } from "../../state/short-socket-path.ts";
import type { McpChannel } from "./mcp-channel.ts";

/**
 * Answers JSON-RPC messages that are posted to a socket, one by one: 200 with the answer, 202 where
 * there is none, 400 where it is no message or too long. Takes the place of whoever listened there before. The
 * folder of the socket must exist.
 * Resolves with the function that ends it.
 */
export async function serveBridge(
  channel: McpChannel,
  socketPath: string,
): Promise<() => Promise<void>> {
  await rm(socketPath, { force: true });
  let open = true;
  const server = createServer((request, response) => {
    void answer(channel, request, response, () => open);
  });
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  // Open as long as the server is, which removes the socket by this path.
  const short = await openShortPath(socketPath);
  server.listen(short.path, resolve);
  await listening;
  await chmod(socketPath, 0o600);
  return async () => {
    open = false;
    const closed = new Promise((done) => server.close(done));
    // What waits for an answer repeats itself to whoever comes next.
    server.closeAllConnections();
    await channel.close();
    await closed;
    await short[Symbol.asyncDispose]();
  };
}

async function answer(
  channel: McpChannel,
  request: IncomingMessage,
  response: ServerResponse,
  isOpen: () => boolean,
): Promise<void> {
  try {
    const given = await channel.ask(await read(request));
    // An answer for the lack of one would not be repeated.
    if (!isOpen()) return;
    response.writeHead(given === undefined ? 202 : 200, { "content-type": "application/json" });
    response.end(given);
  } catch (error) {
    response.writeHead(400, { "content-type": "text/plain" });
    response.end(messageOf(error));
  }
}

// What the tools take is far smaller; whoever runs in the job could post anything.
const longestMessage = 8 * 1_024 * 1_024;

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > longestMessage) throw new Error(`longer than ${longestMessage} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
