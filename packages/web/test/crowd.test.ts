import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { heapInUse } from "./heap-in-use.ts";
import { open, send } from "./raw-request.ts";
import { serveTcp, type TcpFleet } from "./serve-tcp.ts";

test("who sends slowly is cut off, and holds up nobody", async () => {
  await using served = await serveTcp();
  const slow = await Promise.all(
    Array.from({ length: 200 }, async (_, index) => {
      const socket = connect(served.port, "127.0.0.1");
      socket.on("error", () => undefined);
      await once(socket, "connect");
      // Some say nothing at all, some begin and never end.
      if (index % 2 === 0) socket.write("GET /api/status HTTP/1.1\r\nhost: localhost\r\n");
      return socket;
    }),
  );
  const drip = setInterval(() => {
    for (const socket of slow) if (!socket.destroyed) socket.write("x-y: z\r\n");
  }, 1_000);
  expect((await served.remote.getStatus()).state).toBe("running");
  expect(slow.filter(({ destroyed }) => !destroyed)).not.toEqual([]);
  await Promise.all(slow.map(closed));
  clearInterval(drip);
});

test("1,000 idle event streams cost little, and the next one is refused", async () => {
  await using served = await serveTcp();
  const before = heapInUse();
  const opened: IncomingMessage[] = [];
  for (let round = 0; round < 10; round++) {
    const some = Array.from({ length: 100 }, () =>
      open(served.to("/api/events", { agent: false }, served.tokens.readOnly)),
    );
    opened.push(...(await Promise.all(some)));
  }
  expect(opened.every(({ statusCode }) => statusCode === 200)).toBe(true);
  const one = await send(served.to("/api/events", {}, served.tokens.readOnly));
  expect(one.status).toBe(429);
  expect(Number(one.headers["retry-after"])).toBeGreaterThan(0);
  // The other token has its own share.
  const other = await open(served.to("/api/events"));
  expect(other.statusCode).toBe(200);
  expect(heapInUse() - before).toBeLessThan(100 * 1024 * 1024);

  expect((await served.remote.getStatus()).state).toBe("running");
  const heard = opened.map((stream) => hears(stream, "agent:started"));
  served.fleet.emit("agent:started", { agentName: "a", jobId: "job-1" });
  await Promise.all(heard);
  for (const stream of [...opened, other]) stream.destroy();
  await expect.poll(() => streamStatus(served)).toBe(200);
});

test("more connections than one address may have are closed, and the socket stays open", async () => {
  await using served = await serveTcp();
  const sockets: Socket[] = [];
  for (let round = 0; round < 13; round++) {
    const some = Array.from({ length: 100 }, async () => {
      const socket = connect(served.port, "127.0.0.1");
      socket.on("error", () => undefined);
      await once(socket, "connect");
      return socket;
    });
    sockets.push(...(await Promise.all(some)));
  }
  await expect.poll(() => sockets.filter(({ destroyed }) => destroyed).length).toBeGreaterThan(0);
  expect((await served.client.getStatus()).state).toBe("running");
  for (const socket of sockets) socket.destroy();
  await expect
    .poll(() =>
      served.remote.getStatus().then(
        ({ state }) => state,
        () => "closed",
      ),
    )
    .toBe("running");
});

async function closed(socket: Socket): Promise<void> {
  socket.resume();
  if (!socket.closed) await new Promise<void>((resolve) => socket.once("close", () => resolve()));
}

async function hears(stream: IncomingMessage, what: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let text = "";
  stream.on("data", (chunk: Buffer) => {
    text += chunk.toString();
    if (text.includes(what)) resolve();
  });
  await Promise.race([
    promise,
    delay(30_000, undefined, { ref: false }).then(() => {
      throw new Error(`${what} did not come`);
    }),
  ]);
}

async function streamStatus(served: TcpFleet): Promise<number | undefined> {
  const stream = await open(served.to("/api/events", {}, served.tokens.readOnly));
  stream.destroy();
  return stream.statusCode;
}
