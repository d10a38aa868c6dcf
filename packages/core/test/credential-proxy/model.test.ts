import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { longestBody } from "../../src/runner/runtime/container/credential-proxy/forward.ts";
import { plainModel, startPlace, startProxy } from "./around-proxy.ts";

const messages = { path: "/v1/messages", body: `{"model":"m"}` };

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "herdctl-proxy-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe("a request for the model", () => {
  it("is signed with what only the proxy knows, and comes back as the model answers", async () => {
    await using model = await startPlace((_request, response) => {
      response.writeHead(201, { "content-type": "text/event-stream", "x-model": "yes" });
      response.end("answer");
    });
    const settings = { ...plainModel(`${model.url}/base/`), headers: { "x-team": "blue" } };
    await using proxy = await startProxy({ model: settings });
    const answer = await proxy.ask({
      path: "/v1/messages?beta=true",
      body: messages.body,
      headers: {
        authorization: "Bearer mine",
        "x-api-key": "mine",
        cookie: "c=1",
        "x-team": "red",
        "anthropic-beta": "b",
        host: "model.invalid",
      },
    });
    expect(answer).toMatchObject({ status: 201, body: "answer", headers: { "x-model": "yes" } });
    const [arrived] = model.arrived;
    expect(arrived).toMatchObject({
      method: "POST",
      url: "/base/v1/messages?beta=true",
      body: messages.body,
      headers: { "x-api-key": "real-key", "x-team": "blue", "anthropic-beta": "b" },
    });
    expect(arrived?.headers).toMatchObject({ host: `127.0.0.1:${model.port}` });
    expect(arrived?.headers).not.toHaveProperty("authorization");
    expect(arrived?.headers).not.toHaveProperty("cookie");
  });

  it.each([
    [{ kind: "bearer", value: "real-token" } as const],
    [{ kind: "oauth", value: "real-token" } as const],
  ])("is signed as %o is used", async (credential) => {
    await using model = await startPlace();
    await using proxy = await startProxy({ model: { ...plainModel(model.url), credential } });
    await proxy.ask({ ...messages, headers: { "x-api-key": "held" } });
    expect(model.arrived[0]?.headers).toMatchObject({ authorization: "Bearer real-token" });
    expect(model.arrived[0]?.headers).not.toHaveProperty("x-api-key");
  });

  it("comes back piece by piece", async () => {
    const answering = Promise.withResolvers<ServerResponse>();
    await using model = await startPlace((_request, response) => {
      response.writeHead(200);
      response.write("first");
      answering.resolve(response);
    });
    await using proxy = await startProxy({ model: plainModel(model.url) });
    const call = request({ port: proxy.port, method: "POST", path: messages.path });
    call.end("{}");
    const [response] = await once(call, "response");
    expect(String((await once(response, "data"))[0])).toBe("first");
    (await answering.promise).end("second");
    expect(String((await once(response, "data"))[0])).toBe("second");
  });

  it("is given up by the model's side when whoever asked has gone", async () => {
    const gone = Promise.withResolvers<void>();
    await using model = await startPlace((_request, response) => {
      response.once("close", gone.resolve);
      response.writeHead(200).write("first");
    });
    await using proxy = await startProxy({ model: plainModel(model.url) });
    const call = request({ port: proxy.port, method: "POST", path: messages.path });
    call.on("error", () => undefined);
    call.end("{}");
    await once(call, "response");
    call.destroy();
    await gone.promise;
  });

  it("breaks off where the model breaks off", async () => {
    await using model = await startPlace((_request, response) => {
      response.writeHead(200).write("first", () => response.destroy());
    });
    await using proxy = await startProxy({ model: plainModel(model.url) });
    await expect(proxy.ask(messages)).rejects.toThrow();
  });

  it("goes to a model with TLS, whose certificate is one more to trust", async () => {
    // Of a name that nobody but this machine answers to, certificate and key in one.
    const certificate = join(import.meta.dirname, "localhost.pem");
    const both = readFileSync(certificate);
    const server = createServer({ key: both, cert: both }, ({ headers }, response) =>
      response.end(`over TLS with ${String(headers["x-api-key"])}`),
    );
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const model = plainModel(`https://localhost:${port}`);
    await using trusting = await startProxy({ model: { ...model, extraCa: certificate } });
    expect(await trusting.ask(messages)).toMatchObject({ body: "over TLS with real-key" });
    await using wary = await startProxy({ model });
    const answer = await wary.ask(messages);
    expect(answer).toMatchObject({ status: 502 });
    expect(answer.body).toMatch(/cannot reach the model at localhost:\d+: .*certificate/);
  });

  it("goes through the proxy that the host has", async () => {
    await using corporate = await startPlace((_request, response) => response.end("by proxy"));
    const model = {
      ...plainModel("http://model.example"),
      proxyEnv: { HTTP_PROXY: corporate.url },
    };
    await using proxy = await startProxy({ model });
    expect(await proxy.ask(messages)).toMatchObject({ body: "by proxy" });
    expect(corporate.arrived[0]?.url).toBe("http://model.example/v1/messages");
  });
});

describe("a request that is not for the model", () => {
  it.each([
    ["GET", "/v1/messages"],
    ["HEAD", "/v1/messages"],
    ["POST", "/v1/organizations"],
    ["POST", "/v1/messages/batches"],
    ["POST", "/v1/messages/"],
    ["POST", "/v1/messages/../organizations"],
    ["POST", "/v1/%6dessages"],
    ["POST", "//model/v1/messages"],
    ["POST", "/"],
    ["OPTIONS", "*"],
  ])("is not let through: %s %s", async (method, path) => {
    await using model = await startPlace();
    await using proxy = await startProxy({ model: plainModel(model.url) });
    const { status, body } = await proxy.ask({ method, path });
    expect(status).toBeGreaterThanOrEqual(400);
    if (method === "POST") {
      expect(status).toBe(403);
      expect(JSON.parse(body)).toEqual({
        type: "error",
        error: { type: "permission_error", message: expect.stringContaining("/v1/messages") },
      });
    }
    expect(model.arrived).toEqual([]);
  });

  it("finds no model where there is none", async () => {
    await using proxy = await startProxy({});
    expect(await proxy.ask(messages)).toMatchObject({ status: 403 });
  });
});

describe("a request for the model that cannot be had", () => {
  it("is answered as the API would when nobody is there", async () => {
    const { url } = await (async () => {
      await using model = await startPlace();
      return model;
    })();
    await using proxy = await startProxy({ model: plainModel(url) });
    const { status, body } = await proxy.ask(messages);
    expect(status).toBe(502);
    expect(JSON.parse(body).error).toMatchObject({
      type: "api_error",
      message: expect.stringMatching(/cannot reach the model at 127\.0\.0\.1:\d+: .*ECONNREFUSED/),
    });
    expect(body).not.toContain("real-key");
  });

  it("is refused when it says that it is too long", async () => {
    await using model = await startPlace();
    await using proxy = await startProxy({ model: plainModel(model.url) });
    const answer = await proxy.say(
      `POST /v1/messages HTTP/1.1\r\nhost: m\r\ncontent-length: ${longestBody + 1}\r\n\r\n{`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 [^]*request_too_large/);
    expect(model.arrived).toEqual([]);
  });

  it("is refused when it is too long and does not say so", async () => {
    await using model = await startPlace();
    await using proxy = await startProxy({ model: plainModel(model.url) });
    const headers = { "transfer-encoding": "chunked" };
    const body = Buffer.alloc(longestBody + 1);
    expect(await proxy.ask({ path: messages.path, headers, body })).toMatchObject({ status: 413 });
    expect(model.arrived.filter((arrived) => arrived.body !== "broken off")).toEqual([]);
  });
});

describe("a login of the host", () => {
  const write = (path: string, accessToken: string, expiresAt: number): void => {
    writeFileSync(path, JSON.stringify({ claudeAiOauth: { accessToken, expiresAt } }));
  };

  it("signs each request as it is by then", async () => {
    const path = join(makeFolder(), ".credentials.json");
    await using model = await startPlace();
    const credential = { kind: "login", path } as const;
    await using proxy = await startProxy({ model: { ...plainModel(model.url), credential } });
    write(path, "old", Date.now() + 1_000_000);
    await proxy.ask(messages);
    await proxy.ask(messages);
    write(path, "newer", Date.now() + 1_000_000);
    utimesSync(path, new Date(), new Date(Date.now() + 5_000));
    await proxy.ask(messages);
    // Half written.
    writeFileSync(path, "{");
    await proxy.ask(messages);
    expect(model.arrived.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer old",
      "Bearer old",
      "Bearer newer",
      "Bearer newer",
    ]);
  });

  it("that is refused is told of with what to do", async () => {
    const path = join(makeFolder(), ".credentials.json");
    write(path, "secret-token", Date.UTC(2026, 0, 1));
    await using model = await startPlace((_request, response) => response.writeHead(401).end("no"));
    const credential = { kind: "login", path } as const;
    await using proxy = await startProxy({ model: { ...plainModel(model.url), credential } });
    const { status, body } = await proxy.ask(messages);
    expect(status).toBe(403);
    expect(JSON.parse(body).error.message).toMatch(
      /valid until 2026-01-01T.*Run `claude` once.*`claude setup-token`/,
    );
    expect(body).not.toContain("secret-token");
  });

  it("that is not there any more is told of as well", async () => {
    const path = join(makeFolder(), ".credentials.json");
    await using model = await startPlace((_request, response) => response.writeHead(401).end("no"));
    const credential = { kind: "login", path } as const;
    await using proxy = await startProxy({ model: { ...plainModel(model.url), credential } });
    const { status, body } = await proxy.ask(messages);
    expect(status).toBe(403);
    expect(JSON.parse(body).error.message).toMatch(/holds no login/);
  });

  it("leaves what the model says of a key as it is", async () => {
    await using model = await startPlace((_request, response) => response.writeHead(401).end("no"));
    await using proxy = await startProxy({ model: plainModel(model.url) });
    expect(await proxy.ask(messages)).toMatchObject({ status: 401, body: "no" });
  });
});
