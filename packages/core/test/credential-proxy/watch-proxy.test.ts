import { appendFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import type { SDKMessage } from "@anthropic-ai/claude-agent-sdk";
import { describe, expect, it, onTestFinished } from "vitest";
import { withRefusals } from "../../src/runner/runtime/container/credential-proxy/watch-proxy.ts";
import { readRefusals } from "../../src/runner/runtime/container/credential-proxy/read-refusals.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const message = (fields: object): SDKMessage => fields as SDKMessage;
const assistant = message({ type: "assistant" });
const retry = message({ type: "system", subtype: "api_retry" });
const failure = message({ type: "result", is_error: true });
const success = message({ type: "result", is_error: false });

const refusal = (host: string, count = 1): string =>
  `${JSON.stringify({ time: "2026-01-01T00:00:00.000Z", host, port: 443, reason: "why", count })}\n`;

async function* say(...messages: readonly SDKMessage[]): AsyncGenerator<SDKMessage> {
  yield* messages;
}

async function collect(messages: AsyncIterable<SDKMessage>): Promise<SDKMessage[]> {
  const all: SDKMessage[] = [];
  for await (const item of messages) all.push(item);
  return all;
}

const watched = (folder: string, isWanted = true) => ({
  folder,
  sessionId: "s",
  isWanted: () => isWanted,
});

describe("what a proxy has refused", () => {
  it("comes between the messages of claude, with ids that stay", async () => {
    const folder = await temporaryFolder();
    const file = join(folder, "refused.jsonl");
    async function* working(): AsyncGenerator<SDKMessage> {
      yield assistant;
      await writeFile(file, refusal("a.example") + refusal("b.example"));
      yield success;
    }
    const first = await collect(withRefusals(working(), watched(folder)));
    expect(first).toMatchObject([
      assistant,
      { subtype: "egress_refused", host: "a.example", port: 443, reason: "why", count: 1 },
      { subtype: "egress_refused", host: "b.example", session_id: "s" },
      success,
    ]);
    const again = await collect(withRefusals(say(assistant, success), watched(folder)));
    expect(new Set([...first, ...again].map(({ uuid }) => uuid)).size).toBe(3);
    expect(await readRefusals(folder)).toEqual([
      "herdctl: a.example:443 is refused: why\n",
      "herdctl: b.example:443 is refused: why\n",
    ]);
  });

  it("is told while claude says nothing", async () => {
    const folder = await temporaryFolder();
    const told = Promise.withResolvers<void>();
    async function* working(): AsyncGenerator<SDKMessage> {
      await appendFile(join(folder, "refused.jsonl"), refusal("a.example", 10));
      await told.promise;
      yield success;
    }
    const subtypes: string[] = [];
    for await (const item of withRefusals(working(), watched(folder))) {
      subtypes.push(item.type);
      told.resolve();
    }
    expect(subtypes).toEqual(["system", "result"]);
    expect(await readRefusals(folder)).toEqual([]);
  });

  it("is told but for lines that a full disk has cut off", async () => {
    const folder = await temporaryFolder();
    const cut = refusal("a.example").slice(0, 40);
    await writeFile(
      join(folder, "refused.jsonl"),
      `${cut}${refusal("b.example")}${refusal("c.example")}`,
    );
    const told = await collect(withRefusals(say(success), watched(folder)));
    expect(told).toMatchObject([{ host: "c.example" }, success]);
    expect(await readRefusals(folder)).toEqual(["herdctl: c.example:443 is refused: why\n"]);
  });

  it("is nothing where no file tells of any", async () => {
    const folder = await temporaryFolder();
    expect(await collect(withRefusals(say(success), watched(folder)))).toEqual([success]);
    expect(await readRefusals(folder)).toEqual([]);
  });
});

describe("a proxy that has died", () => {
  it.each([
    ["a repeated request", retry],
    ["a failed run", failure],
  ])("is the cause of %s", async (_what, trouble) => {
    const messages = withRefusals(say(assistant, trouble), watched(await temporaryFolder()));
    await expect(collect(messages)).rejects.toMatchObject({
      code: "CONTAINER_ERROR",
      message: expect.stringMatching(/credential proxy of the job has died/),
    });
  });

  it("is the cause of nothing that went well, nor where its container has ended", async () => {
    const folder = await temporaryFolder();
    const well = [assistant, success];
    expect(await collect(withRefusals(say(...well), watched(folder)))).toEqual(well);
    const ended = [retry, failure];
    expect(await collect(withRefusals(say(...ended), watched(folder, false)))).toEqual(ended);
  });

  it("has not died while it listens", async () => {
    const folder = await temporaryFolder();
    const server = createServer((socket) => socket.end()).listen(join(folder, "proxy.sock"));
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const all = [retry, failure];
    expect(await collect(withRefusals(say(...all), watched(folder)))).toEqual(all);
  });
});

it("lets go of claude when nobody listens any more", async () => {
  const ended = Promise.withResolvers<void>();
  async function* endless(): AsyncGenerator<SDKMessage> {
    try {
      for (;;) yield assistant;
    } finally {
      ended.resolve();
    }
  }
  for await (const _first of withRefusals(endless(), watched(await temporaryFolder()))) break;
  await ended.promise;
});
