import { FleetManagerError } from "@herdctl/core";
import { expect, test } from "vitest";
import { type FleetOperations, localOperations } from "../src/index.ts";
import { collect } from "./collect.ts";
import { send } from "./raw-request.ts";
import { recordedResult } from "./recorded-conversation.ts";
import { serveRecorded } from "./serve-recorded.ts";

const agentName = "platform.reviewer";
const turnId = "0199f7a2-0000-7000-8000-000000000007";
const ref = { agentName, key: "thread/7 ü" };

const events = [
  { type: "queued", turnId, jobId: "job-7", position: 2 },
  { type: "started", turnId, jobId: "job-7" },
  { type: "thinking", text: "Hm.\n\ndata: not a frame" },
  { type: "text", text: "Well …" },
  {
    type: "line",
    line: {
      seq: 3,
      timestamp: "2026-03-01T06:00:00.000Z",
      attempt: 1,
      type: "tool_use",
      toolUseId: "t1",
      toolName: "Bash",
      input: { command: "date" },
    },
  },
  { type: "ended", turnId, result: recordedResult },
] as const;

async function converse(fleet: FleetOperations): Promise<unknown> {
  const { lastEventId, ...info } = await fleet.openConversation(agentName, {
    key: ref.key,
    resume: "5f0c",
    idleTimeout: 1_000,
  });
  expect(lastEventId).toMatch(/^[0-9a-f]{8}-0$/);
  const image = { type: "base64", media_type: "image/png", data: "AAAA" } as const;
  return [
    info,
    await fleet.sendMessage(ref, "Hi.", { id: turnId, verbatim: true }),
    await fleet.sendMessage(ref, [
      { type: "text", text: "Look." },
      { type: "image", source: image },
    ]),
    await fleet.interruptConversation(ref),
    await fleet.closeConversation(ref),
  ];
}

test("a conversation is the same over the socket as in process", async () => {
  await using served = await serveRecorded();
  const remote = await converse(served.client);
  const remoteCalls = served.fleet.calls.splice(0);
  expect(remote).toEqual(await converse(localOperations(served.fleet)));
  expect(remoteCalls).toEqual(served.fleet.calls);
});

test("every event arrives as it was told: what is kept, then live, until the end", async () => {
  await using served = await serveRecorded();
  await served.client.openConversation(agentName, { key: ref.key });
  const [held] = served.fleet.conversations;
  for (const event of events.slice(0, 3)) held?.tell(event);
  const seen: unknown[] = [];
  for await (const event of served.client.streamConversation(ref)) {
    seen.push(event);
    if (seen.length === 3) for (const live of events.slice(3)) held?.tell(live);
    if (seen.length === events.length) void served.client.closeConversation(ref);
  }
  expect(seen).toEqual([...events, { type: "closed", key: ref.key, sessionId: "5f0c1f8e-0000" }]);
});

test("a stream begins after an event, and an unknown one is a gap", async () => {
  await using served = await serveRecorded();
  await served.client.openConversation(agentName, { key: ref.key });
  const [held] = served.fleet.conversations;
  held?.tell(events[3]);
  const { lastEventId } = await served.client.openConversation(agentName, { key: ref.key });
  const later = collect(served.client.streamConversation(ref, { after: lastEventId }));
  const lost = collect(served.client.streamConversation(ref, { after: "0badcafe-7" }));
  await served.client.closeConversation(ref);
  expect((await later).map(({ type }) => type)).toEqual(["closed"]);
  expect((await lost).map(({ type }) => type)).toEqual(["gap", "text", "closed"]);
});

test("what is not open is an error with its code", async () => {
  await using served = await serveRecorded();
  const missing = { code: "CONVERSATION_NOT_FOUND", context: ref };
  await expect(served.client.sendMessage(ref, "Hi.")).rejects.toMatchObject(missing);
  await expect(collect(served.client.streamConversation(ref))).rejects.toMatchObject(missing);
  await expect(served.client.openConversation("reviewr")).rejects.toBeInstanceOf(FleetManagerError);
});

test.each([
  ["no content", {}, "body.content"],
  ["nothing said", { content: " " }, "body.content"],
  ["no blocks", { content: [] }, "body.content"],
  [
    "the answer of a tool",
    { content: [{ type: "tool_result", tool_use_id: "t" }] },
    "body.content",
  ],
  ["a text without text", { content: [{ type: "text" }] }, "body.content"],
  ["a text of nothing", { content: [{ type: "text", text: " " }] }, "body.content"],
  ["an image from nowhere", { content: [{ type: "image" }] }, "body.content"],
  ["an id that is none", { content: "Hi.", id: "7" }, "body.id"],
  ["a field of the library alone", { content: "Hi.", keepEvents: true }, "keepEvents"],
])("a message with %s is refused", async (_, body, field) => {
  await using served = await serveRecorded();
  await served.client.openConversation(agentName, { key: "k" });
  const answer = await send(
    {
      socketPath: served.socketPath,
      path: `/api/agents/${agentName}/conversations/k/messages`,
      method: "POST",
      headers: { "content-type": "application/json" },
    },
    JSON.stringify(body),
  );
  expect(answer.status).toBe(400);
  expect(answer.text).toContain(field);
  expect(served.fleet.calls.some(({ name }) => name === "send")).toBe(false);
});

test.each(["k".repeat(201), ".", "..", "half a \ud83d", "a\u0000b", "\u001b[2J"])(
  "a key that no address can have is refused: %j",
  async (key) => {
    await using served = await serveRecorded();
    await expect(served.client.openConversation(agentName, { key })).rejects.toMatchObject({
      code: "INVALID_REQUEST",
    });
  },
);

test.each(["a/b//c", "%2e%2e", "...", "%", "?x#y", " k ", "*", ":key", "🙂\u200d🙃", "a\\b"])(
  "any other key is one: %j",
  async (key) => {
    await using served = await serveRecorded();
    await served.client.openConversation(agentName, { key });
    await served.client.sendMessage({ agentName, key }, "Hi.");
    await served.client.closeConversation({ agentName, key });
    expect(served.fleet.conversations[0]?.key).toBe(key);
  },
);

test("a server that closes closes what was opened through it, and its readers are told", async () => {
  await using served = await serveRecorded();
  await served.client.openConversation(agentName, { key: ref.key });
  served.fleet.conversations[0]?.tell(events[3]);
  const following = served.client.streamConversation(ref)[Symbol.asyncIterator]();
  expect((await following.next()).value).toEqual(events[3]);
  const last = following.next();
  await served.server.close();
  expect((await last).value).toMatchObject({ type: "closed" });
  expect(await following.next()).toMatchObject({ done: true });
});
