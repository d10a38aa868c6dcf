import { once } from "node:events";
import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type RequestOptions,
} from "node:http";
import { silentLogger } from "@herdctl/core";
import { expect, test } from "vitest";
import { heapInUse } from "./heap-in-use.ts";
import { open, type RawAnswer, send } from "./raw-request.ts";
import { rotateToken } from "./rotate-token.ts";
import { type RawOptions, serveTcp, type TcpFleet } from "./serve-tcp.ts";

const json = { "content-type": "application/json" };

function login(
  { port, url }: TcpFleet,
  token: string,
  headers: Record<string, string> = {},
): Promise<RawAnswer> {
  return send(
    {
      host: "127.0.0.1",
      port,
      method: "POST",
      path: "/api/login",
      headers: { ...json, origin: url, ...headers },
    },
    JSON.stringify({ token }),
  );
}

/** A request as the browser makes it that has logged in. */
function asBrowser({ port, url }: TcpFleet, cookie: string, options: RawOptions): RequestOptions {
  const { headers, ...rest } = options;
  return {
    host: "127.0.0.1",
    port,
    ...rest,
    headers: { cookie, origin: url, "sec-fetch-site": "same-origin", ...headers },
  };
}

function cookieOf(headers: IncomingHttpHeaders): string {
  return headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
}

test("a browser logs in with a token and gets a cookie that no script and no other page can use", async () => {
  await using served = await serveTcp();
  const answer = await login(served, served.tokens.full);
  expect(answer.status).toBe(200);
  expect(answer.json()).toMatchObject({ access: "full" });
  const [cookie = ""] = answer.headers["set-cookie"] ?? [];
  expect(cookie).toMatch(
    new RegExp(
      `^herdctl-${served.port}=[\\w-]{43}; Max-Age=86400; Path=/; HttpOnly; SameSite=Strict$`,
    ),
  );
  expect(cookie).not.toContain(served.tokens.full);
  const status = await send(asBrowser(served, cookieOf(answer.headers), { path: "/api/status" }));
  expect(status.status).toBe(200);
});

test("behind TLS, the cookie travels by TLS alone", async () => {
  await using served = await serveTcp();
  const answer = await login(served, served.tokens.full, { "x-forwarded-proto": "https" });
  expect(answer.headers["set-cookie"]?.[0]).toContain("; Secure");
});

test("who logs in may do what the token allows", async () => {
  await using served = await serveTcp();
  for (const [token, status] of [
    [served.tokens.full, 204],
    [served.tokens.readOnly, 403],
  ] as const) {
    const cookie = cookieOf((await login(served, token)).headers);
    const pause = asBrowser(served, cookie, { method: "POST", path: "/api/pause" });
    expect((await send(pause)).status).toBe(status);
  }
  expect(served.fleet.calls).toEqual([{ name: "pause", args: [undefined] }]);
});

test.each([
  ["from elsewhere", { origin: "http://evil.example", "sec-fetch-site": "cross-site" }],
  ["on another port of this machine", { origin: "http://127.0.0.1:1" }],
  ["that does not say where it is", { origin: "null" }],
])("a page %s changes nothing with the cookie", async (_, headers) => {
  await using served = await serveTcp();
  const cookie = cookieOf((await login(served, served.tokens.full)).headers);
  const pause = { method: "POST", path: "/api/pause", headers };
  expect((await send(asBrowser(served, cookie, pause))).status).toBe(403);
  expect(served.fleet.calls).toEqual([]);
});

test("without a page, the cookie only looks", async () => {
  await using served = await serveTcp();
  const cookie = cookieOf((await login(served, served.tokens.full)).headers);
  const plain = { host: "127.0.0.1", port: served.port, headers: { cookie } };
  expect((await send({ ...plain, path: "/api/status" })).status).toBe(200);
  expect((await send({ ...plain, method: "POST", path: "/api/pause" })).status).toBe(403);
});

test("logging out ends the session, for its open streams, too", async () => {
  await using served = await serveTcp();
  const answer = await login(served, served.tokens.readOnly);
  const cookie = cookieOf(answer.headers);
  const stream = await open(asBrowser(served, cookie, { path: "/api/events" }));
  const ended = (async () => {
    for await (const _ of stream);
  })();
  const out = await send(asBrowser(served, cookie, { method: "POST", path: "/api/logout" }));
  expect(out.status).toBe(204);
  expect(out.headers["set-cookie"]?.[0]).toMatch(/^herdctl-\d+=; Max-Age=0; Path=\/$/);
  await expect(ended).rejects.toThrow("aborted");
  expect((await send(asBrowser(served, cookie, { path: "/api/status" }))).status).toBe(401);
});

test("a replaced token ends the sessions that it has begun", async () => {
  await using served = await serveTcp();
  const cookie = cookieOf((await login(served, served.tokens.full)).headers);
  const other = cookieOf((await login(served, served.tokens.readOnly)).headers);
  await rotateToken(served.folder, "full");
  expect((await send(asBrowser(served, cookie, { path: "/api/status" }))).status).toBe(401);
  expect((await send(asBrowser(served, other, { path: "/api/status" }))).status).toBe(200);
});

test("a login from a page of somebody else is refused, even with the right token", async () => {
  await using served = await serveTcp();
  const answer = await login(served, served.tokens.full, { origin: "http://evil.example" });
  expect(answer.status).toBe(403);
  expect(answer.headers).not.toHaveProperty("set-cookie");
});

test("who sends many bad logins at one time, each slowly, has no more of them", async () => {
  await using served = await serveTcp();
  const attempts = await Promise.all(
    Array.from({ length: 40 }, async (_, index) => {
      const attempt = request({
        host: "127.0.0.1",
        port: served.port,
        method: "POST",
        path: "/api/login",
        headers: { ...json, expect: "100-continue" },
      });
      attempt.flushHeaders();
      await once(attempt, "continue");
      return { attempt, body: JSON.stringify({ token: `guess-${index}` }) };
    }),
  );
  const statuses = attempts.map(async ({ attempt, body }) => {
    const answered = once(attempt, "response");
    attempt.end(body);
    const [answer] = (await answered) as [IncomingMessage];
    answer.resume();
    return answer.statusCode;
  });
  const refused = (await Promise.all(statuses)).filter((status) => status === 401);
  expect(refused).toHaveLength(5);
});

test("10,000 bad logins are held up, and cost the fleet nothing", async () => {
  const warnings: string[] = [];
  const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
  await using served = await serveTcp({ logger });
  const statuses = new Map<number, number>();
  const begin = heapInUse();
  for (let round = 0; round < 100; round++) {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => login(served, `guess-${round}-${index}`)),
    );
    for (const { status, headers } of answers) {
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status === 429) expect(Number(headers["retry-after"])).toBeLessThanOrEqual(60);
    }
  }
  expect(statuses.get(401)).toBeLessThan(500);
  expect(new Set(statuses.keys())).toEqual(new Set([401, 429]));
  expect((await login(served, served.tokens.full)).status).toBe(429);
  // Whoever has a token in hand is not held up by them.
  expect((await served.remote.getStatus()).state).toBe("running");
  expect(heapInUse() - begin).toBeLessThan(64 * 1024 * 1024);
  // Nothing on disk, and a few lines in the log, which say how many there were; the metrics have all.
  expect(served.fleet.recorded).toEqual([]);
  const metrics = (await send(served.to("/metrics"))).text;
  const counted = metrics.matchAll(/^herdctl_http_refused_total\{.*\} (\d+)$/gm);
  expect([...counted].reduce((sum, [, count]) => sum + Number(count), 0)).toBe(10_001);
  await served.server.close();
  expect(warnings.length).toBeLessThan(100);
  const shown = warnings.filter((warning) =>
    warning.startsWith("a token that is not valid"),
  ).length;
  const summed = warnings.map((warning) => Number(/^(\d+) more tokens/.exec(warning)?.[1] ?? 0));
  expect(summed.reduce((sum, more) => sum + more, shown)).toBe(statuses.get(401));
});

test("who logs in and out is on record, with the kind of the token and the address", async () => {
  await using served = await serveTcp();
  await login(served, "a-guess");
  const cookie = cookieOf((await login(served, served.tokens.readOnly)).headers);
  const out = asBrowser(served, cookie, { method: "POST", path: "/api/logout" });
  expect((await send(out)).status).toBe(204);
  expect((await send(out)).status).toBe(204);
  const actor = { via: "cookie", access: "read-only", address: "127.0.0.1" };
  expect(served.fleet.recorded).toEqual([
    { operation: "login", outcome: "ok", actor },
    { operation: "logout", outcome: "ok", actor },
  ]);
});
