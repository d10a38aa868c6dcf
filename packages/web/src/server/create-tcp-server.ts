import { createServer, type RequestListener, type Server } from "node:http";
import type { Socket } from "node:net";

// Milliseconds for the head of a request, and for all of it: who is slower keeps others out.
const headersTimeout = 10_000;
const requestTimeout = 30_000;
const timeoutCheck = 2_000;
// Longer than the longest call, an agent that is fetched slowly; streams have their heartbeat.
const idleTimeout = 250_000;
const mostConnections = 2_500;
const mostPerAddress = 1_250;

/** A server for clients that nobody knows: they can hold up each other, never the fleet. */
export function createTcpServer(listener: RequestListener): Server {
  const server = createServer(
    {
      headersTimeout,
      requestTimeout,
      connectionsCheckingInterval: timeoutCheck,
      keepAliveTimeout: 5_000,
    },
    listener,
  );
  server.timeout = idleTimeout;
  server.maxConnections = mostConnections;
  limitPerAddress(server);
  return server;
}

function limitPerAddress(server: Server): void {
  const open = new Map<string, number>();
  server.on("connection", (socket: Socket) => {
    const address = socket.remoteAddress ?? "";
    const count = (open.get(address) ?? 0) + 1;
    open.set(address, count);
    socket.once("close", () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left === 0) open.delete(address);
      else open.set(address, left);
    });
    if (count > mostPerAddress) socket.destroy();
  });
}
