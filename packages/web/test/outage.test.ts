import { FleetManagerError } from "@herdctl/core";
import { expect, test } from "vitest";
import { clientOver } from "../src/client/client.ts";
import { createConnection } from "../src/client/connection.ts";
import type { Patience } from "../src/client/patience.ts";
import { createFleetServer, type FleetClient, type FleetServerOptions } from "../src/index.ts";
import { breakableProxy, type BreakableProxy } from "./breakable-proxy.ts";
import { collect } from "./collect.ts";
import { recordedStatus } from "./recorded-status.ts";
import { serveTcp, type TcpFleet } from "./serve-tcp.ts";

const host = "127.0.0.1";
const badGateway = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 2\r\n\r\nno";

const generous: Patience = { absence: 60_000, notice: 60_000, goodLife: 1_000 };

interface Way extends AsyncDisposable {
  readonly served: TcpFleet;
  readonly proxy: BreakableProxy;
  readonly client: FleetClient;
}

/** A fleet behind somebody in between, and a client with this patience. */
async function openWay(
  patience: Partial<Patience> = {},
  options: FleetServerOptions = {},
): Promise<Way> {
  const served = await serveTcp(options);
  const proxy = await breakableProxy({ host, port: 0 }, { host, port: served.port });
  const address = { url: `http://${host}:${proxy.port}`, token: served.tokens.full };
  const client = clientOver(createConnection(address, { ...generous, ...patience }));
  return {
    served,
    proxy,
    client,
    async [Symbol.asyncDispose]() {
      client.close();
      await proxy[Symbol.asyncDispose]();
      await served[Symbol.asyncDispose]();
    },
  };
}

/** The same fleet, in a daemon that comes after the one that was closed. */
async function restart({ fleet, folder, port }: TcpFleet): Promise<AsyncDisposable> {
  const server = createFleetServer(fleet);
  await server.listenTcp({ host, port, stateDir: folder });
  return { [Symbol.asyncDispose]: () => server.close() };
}

const ways: readonly [string, (proxy: BreakableProxy) => Promise<void>][] = [
  ["is refused", (proxy) => proxy.refuse()],
  ["is answered by a proxy that reaches nobody", async (proxy) => proxy.answer(badGateway)],
  ["is cut", async (proxy) => proxy.answer("")],
];

test.each(ways)("a wait goes on when for a while it %s", async (_, obstruct) => {
  await using way = await openWay();
  const { served, proxy, client } = way;
  await client.getStatus();
  const waiting = client.waitForJob("latest");
  await expect.poll(() => served.fleet.waiting).toBe(1);
  await obstruct(proxy);
  await expect.poll(() => served.fleet.waiting).toBe(0);
  await proxy.pass();
  await expect.poll(() => served.fleet.waiting).toBe(1);
  served.fleet.finish("completed");
  expect(await waiting).toEqual(served.fleet.job);
});

test("a first wait whose connection is cut is asked again", async () => {
  await using way = await openWay();
  const { served, proxy, client } = way;
  const waiting = client.waitForJob("latest");
  await expect.poll(() => served.fleet.waiting).toBe(1);
  const before = proxy.arrivals;
  proxy.breakAll();
  await expect.poll(() => proxy.arrivals).toBeGreaterThan(before);
  served.fleet.finish("completed");
  expect(await waiting).toEqual(served.fleet.job);
});

test("streams and waits go on with the daemon that comes after theirs", async () => {
  await using way = await openWay();
  const { served, client } = way;
  served.fleet.say("1");
  const lines = client.streamJobLines("latest")[Symbol.asyncIterator]();
  expect((await lines.next()).value).toMatchObject({ text: "1" });
  const waiting = client.waitForJob("latest");
  await expect.poll(() => served.fleet.waiting).toBe(1);
  await served.server.close();
  const next = lines.next();
  await using _daemon = await restart(served);
  served.fleet.say("2");
  expect((await next).value).toMatchObject({ text: "2" });
  served.fleet.finish("completed");
  expect(await lines.next()).toMatchObject({ done: true });
  expect(await waiting).toEqual(served.fleet.job);
});

test("whoever waits is told that the daemon is away, and that it is back", async () => {
  await using way = await openWay({ notice: 100 });
  const { served, proxy, client } = way;
  const told: string[] = [];
  const telling = (who: string) => ({
    onPresence: (isThere: boolean) => void told.push(`${who} ${isThere}`),
  });
  await client.getStatus();
  const waiting = client.waitForJob("latest", telling("wait"));
  const lines = collect(client.streamJobLines("latest", telling("lines")));
  const log = client.streamLogs(telling("log"))[Symbol.asyncIterator]();
  const entry = log.next();
  await expect.poll(() => served.fleet.waiting + served.fleet.readers).toBe(2);
  await proxy.refuse();
  await expect.poll(() => told.length).toBe(3);
  await proxy.pass();
  await expect.poll(() => told.length).toBe(6);
  for (const who of ["wait", "lines", "log"]) {
    expect(told.filter((text) => text.startsWith(who))).toEqual([`${who} false`, `${who} true`]);
  }
  served.fleet.note("still here");
  await entry;
  served.fleet.finish("completed");
  await Promise.all([waiting, lines]);
});

test("a stream or a wait that finds no daemon in the first place says so at once", async () => {
  await using way = await openWay({ absence: 600_000 });
  const { proxy, client } = way;
  await proxy.refuse();
  const unreachable = { code: "DAEMON_UNREACHABLE" };
  await expect(client.waitForJob("latest")).rejects.toMatchObject(unreachable);
  await expect(collect(client.streamEvents())).rejects.toMatchObject(unreachable);
});

test.each(ways)("a daemon that stays away is given up: what is asked %s", async (_, obstruct) => {
  await using way = await openWay({ absence: 500 });
  const { served, proxy, client } = way;
  served.fleet.say("1");
  const lines = client.streamJobLines("latest")[Symbol.asyncIterator]();
  await lines.next();
  const unreachable = {
    code: "DAEMON_UNREACHABLE",
    context: { url: expect.any(String) as string },
  };
  const waited = client.waitForJob("latest").catch((error: unknown) => error);
  await expect.poll(() => served.fleet.waiting).toBe(1);
  await obstruct(proxy);
  await expect(lines.next()).rejects.toMatchObject(unreachable);
  expect(await waited).toMatchObject(unreachable);
});

test("whoever has enough of waiting for a daemon leaves at once", async () => {
  await using way = await openWay({ absence: 600_000 });
  const { served, proxy, client } = way;
  await client.getStatus();
  const given = new AbortController();
  const { signal } = given;
  const waiting = client.waitForJob("latest", { signal });
  const lines = collect(client.streamJobLines("latest", { signal }));
  const others = collect(client.streamLogs());
  await expect.poll(() => served.fleet.waiting).toBe(1);
  await expect.poll(() => served.fleet.readers).toBe(1);
  await proxy.refuse();
  await expect.poll(() => served.fleet.readers).toBe(0);
  given.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
  expect(await lines).toEqual([]);
  client.close();
  expect(await others).toEqual([]);
});

test("an answer is an answer: a wait for a job that is gone is not repeated", async () => {
  await using way = await openWay();
  const { served, proxy, client } = way;
  const waiting = client.waitForJob("latest");
  await expect.poll(() => served.fleet.waiting).toBe(1);
  served.fleet.getJob = (jobId) => {
    throw new FleetManagerError("gone", { code: "JOB_NOT_FOUND", context: { jobId } });
  };
  proxy.breakAll();
  await expect(waiting).rejects.toMatchObject({ code: "JOB_NOT_FOUND" });
});

test("an idle stream is not given up, however often it is cut after a good while", async () => {
  await using way = await openWay({ goodLife: 0 });
  const { served, proxy, client } = way;
  const lines = client.streamJobLines("latest")[Symbol.asyncIterator]();
  const next = lines.next();
  for (let cut = 0; cut < 8; cut++) {
    await expect.poll(() => served.fleet.readers).toBe(1);
    proxy.breakAll();
    await expect.poll(() => served.fleet.readers).toBe(0);
  }
  served.fleet.say("at last");
  expect((await next).value).toMatchObject({ text: "at last" });
});

const stopped = { timestamp: new Date(0) };

test("stop over the network is over when the daemon says so, even if something answers on", async () => {
  await using way = await openWay(
    {},
    { onStop: () => void way.served.fleet.emit("stopped", stopped) },
  );
  await way.client.stop();
  expect((await way.client.getStatus()).pid).toBe(recordedStatus.pid);
});

test("stop is over when another process answers", async () => {
  await using way = await openWay(
    {},
    {
      onStop: () => {
        way.served.fleet.getStatus = () => ({ ...recordedStatus, pid: 77 });
      },
    },
  );
  await way.client.stop();
});

test.each(ways)(
  "stop goes on waiting for a daemon while what is asked %s",
  async (instead, obstruct) => {
    await using way = await openWay({}, { onStop: () => undefined });
    const { served, proxy, client } = way;
    const asked = Promise.withResolvers<void>();
    let isOver = false;
    const stopping = client.stop({ onProgress: () => asked.resolve() }).then(() => (isOver = true));
    await asked.promise;
    await obstruct(proxy);
    const before = proxy.arrivals;
    // Refused ones arrive nowhere.
    if (instead !== "is refused")
      await expect.poll(() => proxy.arrivals).toBeGreaterThan(before + 5);
    await proxy.pass();
    await expect.poll(() => proxy.arrivals).toBeGreaterThan(before + 10);
    expect(isOver).toBe(false);
    served.fleet.emit("stopped", stopped);
    await stopping;
  },
);

test.each(ways)("stop says what it does not know: what is asked %s", async (_, obstruct) => {
  await using way = await openWay({ absence: 500 }, { onStop: () => undefined });
  const { proxy, client } = way;
  const asked = Promise.withResolvers<void>();
  const stopping = client
    .stop({ onProgress: () => asked.resolve() })
    .catch((error: unknown) => error);
  await asked.promise;
  await obstruct(proxy);
  expect(await stopping).toMatchObject({
    code: "DAEMON_UNREACHABLE",
    context: { pid: recordedStatus.pid },
    message: expect.stringMatching(/was asked to stop\. Whether it has is not known: /) as string,
  });
});
