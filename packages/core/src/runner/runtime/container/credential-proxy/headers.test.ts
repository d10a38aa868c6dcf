import { describe, expect, it } from "vitest";
import { anonymous, endToEnd, parseHeaderLines } from "./headers.ts";

describe("headers that are handed on", () => {
  const message = { "content-type": "text/plain", "x-own": "1" };

  it("are not those of the connection, also by its own list", () => {
    const connection = {
      connection: "keep-alive, X-Named",
      "keep-alive": "timeout=5",
      "proxy-authorization": "Basic x",
      "proxy-connection": "keep-alive",
      "transfer-encoding": "chunked",
      expect: "100-continue",
      te: "trailers",
      trailer: "x",
      upgrade: "websocket",
      "x-named": "hidden",
    };
    expect(endToEnd({ ...message, ...connection })).toEqual(message);
  });

  it("say nothing of who sends them, to the model", () => {
    const identity = { authorization: "Bearer x", "x-api-key": "k", cookie: "c", host: "h" };
    expect(anonymous({ ...message, ...identity })).toEqual(message);
    expect(endToEnd({ ...message, ...identity })).toEqual({ ...message, ...identity });
  });
});

it.each([
  ["", {}],
  ["X-Team: blue", { "x-team": "blue" }],
  ["X-Team: blue\nX-Url: http://a:1\n", { "x-team": "blue", "x-url": "http://a:1" }],
  ["no colon\n: no name", {}],
])("reads custom headers: %j", (text, headers) => {
  expect(parseHeaderLines(text)).toEqual(headers);
});
