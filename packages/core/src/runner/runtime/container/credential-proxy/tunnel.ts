import { connect } from "node:net";
import type { Duplex } from "node:stream";
import type { Egress } from "./egress.ts";
import { NoWay } from "./egress.ts";

/** Milliseconds for a connection to come about. */
const connectMs = 30_000;
/** Milliseconds without a byte in either direction after which it is given up. */
const idleMs = 15 * 60_000;

/** Answers a CONNECT: bytes go both ways, unread. */
export async function tunnel(
  egress: Egress,
  asked: { readonly authority: string; readonly client: Duplex; readonly head: Buffer },
): Promise<void> {
  const { authority, client, head } = asked;
  client.on("error", () => client.destroy());
  // What has been sent already is for the other side as well; later it may be too late to put it back.
  if (head.length > 0) client.unshift(head);
  try {
    const way = await egress.open(authority);
    if (!client.destroyed) join(client, way);
  } catch (error) {
    refuse(client, error instanceof NoWay ? error : new NoWay(502, "it cannot be reached"));
  }
}

function join(client: Duplex, way: Awaited<ReturnType<Egress["open"]>>): void {
  const server = connect({ ...way, allowHalfOpen: true, timeout: connectMs });
  let isOpen = false;
  server.once("connect", () => {
    isOpen = true;
    server.setTimeout(idleMs);
    client.write("HTTP/1.1 200 Connection established\r\n\r\n");
    client.pipe(server).pipe(client);
  });
  const giveUp = (): void => {
    server.destroy();
    if (isOpen) client.destroy();
    else refuse(client, new NoWay(502, `${way.host}:${way.port} cannot be reached`));
  };
  server.once("timeout", giveUp);
  server.once("error", giveUp);
  client.once("close", () => server.destroy());
  server.once("close", () => client.end());
}

function refuse(client: Duplex, { status, message }: NoWay): void {
  const text = `herdctl: ${message}\n`;
  const reason = { 400: "Bad Request", 403: "Forbidden", 502: "Bad Gateway" }[status];
  client.end(
    `HTTP/1.1 ${status} ${reason}\r\ncontent-type: text/plain\r\nconnection: close\r\n` +
      `content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}
