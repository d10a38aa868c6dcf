import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createModelServer, inPrompt, type ModelServer, script } from "../src/index.ts";

let server: ModelServer;
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "herdctl-testing-"));
  server = await createModelServer({
    scripts: { alpha: script().text("I am alpha.") },
    fallback: [{ text: "Somebody else." }],
  });
});

afterAll(async () => {
  await server.close();
  await rm(dir, { recursive: true, force: true });
});

function post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.url}/v1/messages`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

function ask(prompt: string, more: object = {}): object {
  return { model: "m", messages: [{ role: "user", content: prompt }], ...more };
}

async function textOf(response: Response): Promise<string> {
  const body = (await response.json()) as { content: { text: string }[] };
  return body.content.map((block) => block.text).join("");
}

describe("answers from", () => {
  test("the script in the prompt first", async () => {
    const prompt = inPrompt(script().text("From the prompt."));
    const response = await post(ask(prompt), { "x-herdctl-agent": "alpha" });
    expect(await textOf(response)).toBe("From the prompt.");
  });

  test("the agent's script next", async () => {
    const response = await post(ask("Hello."), { "x-herdctl-agent": "alpha" });
    expect(await textOf(response)).toBe("I am alpha.");
  });

  test("the fallback last, also for a subagent of a scripted agent", async () => {
    expect(await textOf(await post(ask("Hello.")))).toBe("Somebody else.");
    const headers = { "x-herdctl-agent": "alpha", "x-claude-code-agent-id": "a1" };
    expect(await textOf(await post(ask("Hello."), headers))).toBe("Somebody else.");
  });

  test("a script file", async () => {
    const scriptFile = join(dir, "scripts.json");
    await writeFile(scriptFile, JSON.stringify({ beta: [{ text: "I am beta." }] }));
    await using other = await createModelServer({ scriptFile });
    const response = await fetch(`${other.url}/v1/messages`, {
      method: "POST",
      headers: { "x-herdctl-agent": "beta" },
      body: JSON.stringify(ask("Hello.")),
    });
    expect(await textOf(response)).toBe("I am beta.");
  });
});

describe("a script that has no meaning", () => {
  test("is answered and recorded when it comes in a prompt", async () => {
    const response = await post(ask('<herdctl-script>[{"txt":1}]</herdctl-script>'));
    expect(await textOf(response)).toMatch(/^script error: step 1 must have one of text,/);
    expect(server.requests.at(-1)?.problem).toMatch(/^step 1 must have/);
  });

  test.each<[string, RegExp]>([
    ["{", /Script file .*broken\.json: .*JSON/],
    ["[]", /must be an object of scripts by agent name/],
    ['{"a":[{"text":1}]}', /script of "a": step 1, text must be a text/],
    ['{"a":[{"text":"x"},{"error":529}]}', /step 2: an error takes the place/],
  ])("stops the server from starting: %s", async (content, message) => {
    const scriptFile = join(dir, "broken.json");
    await writeFile(scriptFile, content);
    await expect(createModelServer({ scriptFile })).rejects.toThrow(message);
  });
});

test("streams events in the order of the API", async () => {
  const source = script().thinking("hm").text("ab", { chunks: 2, every: 1 }).tool("Bash", { a: 1 });
  const response = await post(ask(inPrompt(source), { stream: true }));
  const events = (await response.text()).split("\n").filter((line) => line.startsWith("event: "));
  expect(events.map((line) => line.slice(7))).toEqual([
    "message_start",
    "ping",
    "content_block_start",
    "content_block_delta",
    "content_block_delta",
    "content_block_stop",
    "content_block_start",
    "content_block_delta",
    "content_block_delta",
    "content_block_stop",
    "content_block_start",
    "content_block_delta",
    "content_block_stop",
    "message_delta",
    "message_stop",
  ]);
});

test("answers a request that wants no stream with the same message", async () => {
  const source = script()
    .thinking("hm")
    .text("a")
    .wait(1)
    .tool("Bash", { a: 1 }, { usage: { input: 7, cacheRead: 3 } });
  const response = await post(ask(inPrompt(source)));
  expect(await response.json()).toMatchObject({
    content: [
      { type: "thinking", thinking: "hm" },
      { type: "text", text: "a" },
      { type: "tool_use", name: "Bash", input: { a: 1 } },
    ],
    stop_reason: "tool_use",
    usage: { input_tokens: 7, output_tokens: 20, cache_read_input_tokens: 3 },
  });
});

describe("goes wrong", () => {
  test.each([
    [400, "invalid_request_error"],
    [401, "authentication_error"],
    [403, "permission_error"],
    [404, "not_found_error"],
    [413, "request_too_large"],
    [429, "rate_limit_error"],
    [500, "api_error"],
    [529, "overloaded_error"],
  ])("with HTTP %i", async (status, type) => {
    const headers = { "retry-after": "120" };
    const response = await post(ask(inPrompt(script().error(status, { headers }))));
    expect(response.status).toBe(status);
    expect(response.headers.get("retry-after")).toBe("120");
    expect(await response.json()).toMatchObject({ type: "error", error: { type } });
  });

  test("as often as the script says, for every session anew", async () => {
    const prompt = inPrompt(script().error(529, { times: 2 }).fault("reset").text("fine"));
    const attempt = async (session: string): Promise<number | string> => {
      const headers = { "x-claude-code-session-id": session };
      return post(ask(prompt), headers).then(
        ({ status }) => status,
        () => "reset",
      );
    };
    for (const session of ["s1", "s2"]) {
      const outcomes = [];
      for (let index = 0; index < 4; index++) outcomes.push(await attempt(session));
      expect(outcomes).toEqual([529, 529, "reset", 200]);
    }
  });

  test("by cutting a message after its blocks, after some bytes, or without a word", async () => {
    const stream = { stream: true };
    const read = async (prompt: string): Promise<string> =>
      post(ask(prompt, stream))
        .then((response) => response.text())
        .catch(() => "broken");
    for (const at of ["blocks", 300] as const) {
      const prompt = inPrompt(script().text("half").cut(at));
      expect(await read(prompt)).toBe("broken");
      expect(await read(prompt)).toContain("message_stop");
    }
    const unfinished = await read(inPrompt(script().text("half").cut("unfinished")));
    expect(unfinished).toContain("half");
    expect(unfinished).not.toContain("message_stop");
    const whole = post(ask(inPrompt(script().text("no stream").cut())));
    await expect(whole).rejects.toThrow();
  });

  test.each([
    ["malformed", '"mess\n'],
    ["empty_stream", ""],
    ["error_event", "overloaded_error"],
    ["html", "<!doctype html>"],
  ] as const)("with a %s answer", async (name, part) => {
    const response = await post(ask(inPrompt(script().fault(name)), { stream: true }));
    expect(response.status).toBe(200);
    expect(await response.text()).toContain(part);
  });
});

test("a stall ends when the client goes away", async () => {
  const controller = new AbortController();
  const response = await fetch(`${server.url}/v1/messages`, {
    method: "POST",
    body: JSON.stringify(ask(inPrompt(script().text("a").stall()), { stream: true })),
    signal: controller.signal,
  });
  const reader = response.body?.getReader();
  await reader?.read();
  controller.abort();
  await expect(reader?.closed).rejects.toThrow();
});

describe("also answers", () => {
  test.each(["/", "/api/hello"])("HEAD %s", async (path) => {
    expect((await fetch(server.url + path, { method: "HEAD" })).status).toBe(200);
  });

  test("a token count", async () => {
    const response = await fetch(`${server.url}/v1/messages/count_tokens`, { method: "POST" });
    expect(await response.json()).toEqual({ input_tokens: 100 });
  });

  test("404 for what it does not know, 400 for what is no request", async () => {
    expect((await fetch(`${server.url}/v1/models`)).status).toBe(404);
    expect((await post({})).status).toBe(400);
    const response = await fetch(`${server.url}/v1/messages`, { method: "POST", body: "{" });
    expect(response.status).toBe(400);
  });

  test("Claude Code's own requests, without touching the script", async () => {
    const schema = { type: "object", properties: { title: { type: "string" } } };
    const prompt = `<session>${inPrompt(script().error(500))}</session> Name it.`;
    const titled = ask(prompt, { output_config: { format: { type: "json_schema", schema } } });
    expect(await textOf(await post(titled))).toBe('{"title":"title"}');
    expect(server.requests.at(-1)).toMatchObject({ kind: "side", script: "none" });
    const compaction = "Your task is to create a detailed summary of the conversation so far";
    expect(await textOf(await post(ask(compaction)))).toContain("<summary>");
    const continued = "This session is being continued from a previous conversation that …";
    expect(await textOf(await post(ask(continued)))).toBe("Done.");
  });
});

describe("records requests", () => {
  test("with their facts and without their credentials", async () => {
    await post(
      ask("Who is it?", {
        system: [{ type: "text", text: "Be brief." }],
        tools: [{ name: "Bash" }],
      }),
      {
        "x-api-key": "secret",
        authorization: "Bearer secret",
        "x-herdctl-agent": "alpha",
        "x-claude-code-session-id": "s9",
      },
    );
    const last = server.requests.at(-1);
    expect(last).toMatchObject({
      kind: "main",
      model: "m",
      system: "Be brief.",
      prompt: "Who is it?",
      tools: ["Bash"],
      sessionId: "s9",
      agentName: "alpha",
      script: "agent",
      answer: 0,
      outcome: "message",
    });
    expect(JSON.stringify(last)).not.toContain("secret");
  });

  test("and lets a test wait for one, seen or to come", async () => {
    const coming = server.waitForRequest(({ prompt }) => prompt === "the one");
    await post(ask("another"));
    await post(ask("the one"));
    expect(await coming).toBe(server.requests.at(-1));
    expect((await server.waitForRequest(({ prompt }) => prompt === "another")).prompt).toBe(
      "another",
    );
    const never = server.waitForRequest(({ prompt }) => prompt === "never", { timeoutMs: 1 });
    await expect(never).rejects.toThrow("No such request within 1 ms");
  });

  test("but only the last thousand", async () => {
    await using other = await createModelServer();
    const send = async (prompt: string): Promise<void> => {
      const response = await fetch(`${other.url}/v1/messages`, {
        method: "POST",
        body: JSON.stringify(ask(prompt)),
      });
      await response.text();
    };
    await send("first");
    for (let index = 0; index < 1_000; index++) await send("more");
    expect(other.requests).toHaveLength(1_000);
    expect(other.requests.some(({ prompt }) => prompt === "first")).toBe(false);
  });
});

test("refuses connections once it is closed, and those who wait learn of it", async () => {
  const other = await createModelServer();
  const waiting = other.waitForRequest(() => true);
  const stalled = fetch(`${other.url}/v1/messages`, {
    method: "POST",
    body: JSON.stringify(ask(inPrompt(script().error(429, { headers: {} })))),
  });
  await waiting;
  await (await stalled).text();
  const late = other.waitForRequest(({ prompt }) => prompt === "never");
  await Promise.all([other.close(), expect(late).rejects.toThrow("was closed")]);
  await other.close();
  await expect(fetch(other.url)).rejects.toThrow();
});

test("takes the port it is given, or says that it cannot", async () => {
  await using other = await createModelServer();
  const port = Number(new URL(other.url).port);
  await expect(createModelServer({ port })).rejects.toThrow("EADDRINUSE");
});

test("survives a client that leaves in the middle of its request", async () => {
  const leaving = request(`${server.url}/v1/messages`, { method: "POST" });
  leaving.on("error", () => undefined);
  leaving.write('{"messages":');
  await once(leaving, "socket");
  leaving.destroy();
  expect(await textOf(await post(ask("still there?")))).toBe("Somebody else.");
});
