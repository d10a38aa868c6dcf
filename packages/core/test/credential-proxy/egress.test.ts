import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it, onTestFinished } from "vitest";
import { plainModel, startPlace, startProxy } from "./around-proxy.ts";

const connectTo = (authority: string, more = ""): string =>
  `CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\n\r\n${more}`;

/** A server that answers each piece with the same in capitals. */
async function startShouting(): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket: Socket) => {
    socket.on("data", (data) => socket.write(String(data).toUpperCase()));
    socket.on("end", () => socket.end("bye"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe("a CONNECT", () => {
  it("to a listed place carries bytes both ways, each to its own end", async () => {
    const port = await startShouting();
    await using proxy = await startProxy({ allow: [`localhost:${port}`] });
    const socket = await proxy.connect();
    const all = text(socket);
    socket.write(connectTo(`localhost:${port}`, "one "));
    socket.end("two ");
    expect(await all).toMatch(/^HTTP\/1\.1 200 [^]*\r\n\r\nONE TWO bye$/);
    expect(proxy.refusals).toEqual([]);
  });

  it("reaches the machine itself by the name that containers have for it", async () => {
    const port = await startShouting();
    const authority = `host.docker.internal:${port}`;
    await using proxy = await startProxy({ allow: [authority] });
    const socket = await proxy.connect();
    const all = text(socket);
    socket.end(connectTo(authority, "one "));
    expect(await all).toMatch(/ONE bye$/);
  });

  it("to any other place is refused, and noted", async () => {
    const port = await startShouting();
    await using proxy = await startProxy({ allow: [`localhost:${port}`] });
    for (const authority of [`127.0.0.1:${port}`, `[::1]:${port}`, "localhost:1", "evil.com:443"]) {
      const answer = await proxy.say(connectTo(authority));
      expect(answer).toMatch(/^HTTP\/1\.1 403 [^]*not in `docker\.egress\.allow`\n$/);
    }
    expect(proxy.refusals.map(({ host }) => host)).toEqual([
      "127.0.0.1",
      "::1",
      "localhost",
      "evil.com",
    ]);
  });

  it("to a listed address works, and to a name that stands for one of this machine does not", async () => {
    const port = await startShouting();
    await using proxy = await startProxy({ allow: [`127.0.0.1:${port}`, `127.1:${port}`] });
    const socket = await proxy.connect();
    const all = text(socket);
    socket.end(connectTo(`127.0.0.1:${port}`, "one "));
    expect(await all).toMatch(/ONE bye$/);
    // No address by its form, and yet what it resolves to is the loopback.
    const answer = await proxy.say(connectTo(`127.1:${port}`));
    expect(answer).toMatch(/^HTTP\/1\.1 403 [^]*its name stands for 127\.0\.0\.1/);
    expect(proxy.refusals).toMatchObject([{ host: "127.1", port }]);
  });

  it("goes where its line says, whatever its headers say", async () => {
    const port = await startShouting();
    await using proxy = await startProxy({ allow: [`localhost:${port}`] });
    const answer = await proxy.say(
      `CONNECT evil.com:443 HTTP/1.1\r\nhost: localhost:${port}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 403/);
  });

  it("carries a further request to its own place only", async () => {
    const port = await startShouting();
    await using model = await startPlace();
    const settings = { allow: [`localhost:${port}`], model: plainModel(model.url) };
    await using proxy = await startProxy(settings);
    const socket = await proxy.connect();
    const all = text(socket);
    const second = "post /v1/messages http/1.1\r\nhost: m\r\ncontent-length: 2\r\n\r\n{}";
    socket.end(connectTo(`localhost:${port}`, second));
    expect(await all).toContain("POST /V1/MESSAGES");
    expect(model.arrived).toEqual([]);
  });

  it.each([
    ["no port", "localhost"],
    ["no host", ":443"],
    ["a path", "localhost:443/x"],
    ["a user", "user@localhost:443"],
  ])("with %s is no CONNECT", async (_what, authority) => {
    await using proxy = await startProxy({ allow: ["localhost"] });
    expect(await proxy.say(connectTo(authority))).toMatch(/^HTTP\/1\.1 400/);
  });

  it("to nobody says so", async () => {
    const { port } = await (async () => {
      await using place = await startPlace();
      return place;
    })();
    await using proxy = await startProxy({ allow: [`localhost:${port}`, "nowhere.invalid"] });
    const nobody = await proxy.say(connectTo(`localhost:${port}`));
    expect(nobody).toMatch(/^HTTP\/1\.1 502 [^]*cannot be reached/);
    const nowhere = await proxy.say(connectTo("nowhere.invalid:443"));
    expect(nowhere).toMatch(/^HTTP\/1\.1 502 [^]*cannot be resolved/);
  });

  it("ends on one side when the other breaks off", async () => {
    const server = createServer((socket) => socket.once("data", () => socket.resetAndDestroy()));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    await using proxy = await startProxy({ allow: [`localhost:${port}`] });
    const socket = await proxy.connect();
    socket.on("error", () => undefined).resume();
    socket.write(connectTo(`localhost:${port}`, "x"));
    await once(socket, "close");
  });
});

describe("a request for a URL", () => {
  it("goes to a listed place, as itself", async () => {
    await using place = await startPlace((_request, response) => {
      response.writeHead(200, { "x-place": "yes", "keep-alive": "timeout=9" });
      response.end("page");
    });
    await using proxy = await startProxy({ allow: [`localhost:${place.port}`] });
    const answer = await proxy.ask({
      method: "PUT",
      path: `http://localhost:${place.port}/a?b=c`,
      headers: { host: "evil.com", authorization: "Bearer own", "proxy-authorization": "x" },
      body: "text",
    });
    expect(answer).toMatchObject({ status: 200, body: "page", headers: { "x-place": "yes" } });
    expect(place.arrived[0]).toMatchObject({
      method: "PUT",
      url: "/a?b=c",
      body: "text",
      headers: { host: `localhost:${place.port}`, authorization: "Bearer own" },
    });
    expect(place.arrived[0]?.headers).not.toHaveProperty("proxy-authorization");
  });

  it.each([
    ["http://evil.com/", 403, /not in `docker\.egress\.allow`/],
    ["http://127.1/", 403, /127\.0\.0\.1:80 is refused/],
    ["http://localhost:1/", 403, /localhost:1 is refused/],
    ["https://localhost/", 400, /needs a CONNECT/],
    ["ftp://localhost/", 400, /needs a CONNECT/],
    ["http://nowhere.invalid/", 502, /cannot be resolved/],
  ])("%s is answered %i", async (path, status, message) => {
    await using proxy = await startProxy({ allow: ["localhost", "nowhere.invalid"] });
    const answer = await proxy.ask({ method: "GET", path });
    expect(answer.status).toBe(status);
    expect(answer.body).toMatch(message);
  });

  it("of the model gets no key: it is a place as any other", async () => {
    await using model = await startPlace();
    await using proxy = await startProxy({
      model: plainModel(model.url),
      allow: [`host.docker.internal:${model.port}`],
    });
    const refused = await proxy.ask({ path: `${model.url}/v1/messages`, body: "{}" });
    expect(refused).toMatchObject({ status: 403 });
    const own = await proxy.ask({ path: "http://model.invalid/v1/messages", body: "{}" });
    expect(own).toMatchObject({ status: 403 });
    const path = `http://host.docker.internal:${model.port}/v1/messages`;
    await proxy.ask({ path, body: "{}" });
    expect(model.arrived).toHaveLength(1);
    expect(model.arrived[0]?.headers).not.toHaveProperty("x-api-key");
  });

  it("breaks off where the place breaks off", async () => {
    await using place = await startPlace((_request, response) => {
      response.writeHead(200).write("first", () => response.destroy());
    });
    await using proxy = await startProxy({ allow: [`localhost:${place.port}`] });
    const path = `http://localhost:${place.port}/`;
    await expect(proxy.ask({ method: "GET", path })).rejects.toThrow();
  });
});

describe("a hostile client", () => {
  const post = "POST /v1/messages HTTP/1.1\r\nhost: m\r\n";

  it.each([
    ["both lengths", `${post}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}`, 400],
    ["two lengths", `${post}content-length: 2\r\ncontent-length: 30\r\n\r\n{}`, 400],
    ["a strange encoding", `${post}transfer-encoding: chunked, identity\r\n\r\n{}`, 400],
    ["a broken header", `${post}evil\r\n\r\n`, 400],
    ["a line that goes on", `${post}x: 1\r\n evil: 2\r\ncontent-length: 2\r\n\r\n{}`, 400],
    ["a bare line feed in a chunk", `${post}transfer-encoding: chunked\r\n\r\n2\n{}\n0\n\n`, 400],
    ["huge headers", `${post}x: ${"y".repeat(100_000)}\r\n\r\n`, 431],
    ["no HTTP", "\u0016\u0003\u0001", 400],
  ])("is not understood with %s", async (_what, bytes, status) => {
    await using model = await startPlace();
    await using proxy = await startProxy({ model: plainModel(model.url) });
    expect(await proxy.say(bytes)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(model.arrived.filter(({ body }) => body !== "broken off")).toEqual([]);
  });

  it("cannot have more connections than there are for one", async () => {
    await using model = await startPlace();
    await using proxy = await startProxy({ model: plainModel(model.url) });
    const idle = await Promise.all(Array.from({ length: 256 }, () => proxy.connect()));
    const late = await proxy.connect();
    late.on("error", () => undefined).resume();
    await once(late, "close");
    for (const socket of idle) socket.destroy();
    await expect
      .poll(() => proxy.ask({ path: "/v1/messages" }).catch(() => undefined))
      .toMatchObject({ status: 200 });
  });
});
