import type { ConversationEvent } from "@herdctl/core";
import { expect, onTestFinished, test, vi } from "vitest";
import { OpenConversations } from "../src/conversations/open-conversations.ts";
import { collect } from "./collect.ts";
import { recordedResult } from "./recorded-conversation.ts";
import { RecordedFleet } from "./recorded-fleet.ts";

const agentName = "platform.reviewer";
const ref = { agentName, key: "thread-7" };
const text = (value: string): ConversationEvent => ({ type: "text", text: value });

function conversing() {
  const fleet = new RecordedFleet();
  return { fleet, open: new OpenConversations(fleet) };
}

test("a conversation that is open is joined, not opened twice", async () => {
  const { fleet, open } = conversing();
  const [first, second] = await Promise.all([open.open(agentName, ref), open.open(agentName, ref)]);
  expect(second).toEqual(first);
  expect(first).toMatchObject({ ...ref, state: "resting", sessionId: "5f0c1f8e-0000" });
  const [held, spare] = fleet.conversations;
  open.send(ref, "Hi.", {});
  held?.tell(text("Hello."));
  spare?.tell(text("never"));
  const { events } = open.read(ref, { after: first.lastEventId });
  await open.close(ref);
  expect((await collect(events)).map(({ event }) => event)).toEqual([
    text("Hello."),
    { type: "closed", key: "thread-7", sessionId: "5f0c1f8e-0000" },
  ]);
});

test("a key that is open with another session is not resumed with this one", async () => {
  const { open } = conversing();
  await open.open(agentName, { ...ref, resume: "session-1" });
  await expect(open.open(agentName, { ...ref, resume: "session-1" })).resolves.toBeDefined();
  await expect(open.open(agentName, { ...ref, resume: "session-2" })).rejects.toMatchObject({
    code: "INVALID_STATE",
    context: { ...ref, sessionId: "session-1" },
  });
});

test("a message is said once, however often it is sent", async () => {
  const { fleet, open } = conversing();
  await open.open(agentName, ref);
  const id = "0199f7a2-0000-7000-8000-000000000007";
  expect([1, 2].map(() => open.send(ref, "Hi.", { id, verbatim: true }))).toEqual([id, id]);
  fleet.conversations[0]?.tell({ type: "ended", turnId: id, result: recordedResult });
  expect(open.send(ref, "Hi.", { id })).toBe(id);
  expect(fleet.calls.filter(({ name }) => name === "send")).toEqual([
    { name: "send", args: ["Hi.", { id, verbatim: true, keepEvents: false }] },
  ]);
});

test("a hundred messages may wait for an answer, and no more", async () => {
  const { fleet, open } = conversing();
  await open.open(agentName, ref);
  const ids = Array.from({ length: 100 }, () => crypto.randomUUID());
  for (const id of ids) open.send(ref, "Hi.", { id });
  expect(() => open.send(ref, "Hi.", {})).toThrow(
    expect.objectContaining({ code: "TOO_MANY_REQUESTS" }),
  );
  const [turnId = ""] = ids;
  fleet.conversations[0]?.tell({ type: "ended", turnId, result: recordedResult });
  expect(open.send(ref, "Hi.", {})).toBeDefined();
});

test("messages that wait may be large, but not all of them", async () => {
  const { fleet, open } = conversing();
  const others = { agentName, key: "thread-8" };
  for (const { key } of [ref, others]) await open.open(agentName, { key });
  const large = "x".repeat(4 * 1024 * 1024 - 2);
  const ids = Array.from({ length: 16 }, () => crypto.randomUUID());
  for (const [index, id] of ids.entries()) open.send(index % 2 ? ref : others, large, { id });
  expect(() => open.send(ref, "Hi.", {})).toThrow(
    expect.objectContaining({ code: "TOO_MANY_REQUESTS" }),
  );
  const [turnId = ""] = ids;
  fleet.conversations[1]?.tell({ type: "ended", turnId, result: recordedResult });
  expect(open.send(ref, "Hi.", {})).toBeDefined();
});

test("nobody has to know an agent's full name, or that it is gone", async () => {
  const { fleet, open } = conversing();
  await open.open(agentName, ref);
  const known = fleet.getAgent(agentName);
  fleet.getAgent = () => known;
  await open.interrupt({ agentName: "reviewer", key: ref.key });
  fleet.getAgent = () => {
    throw new Error("there is no such agent any more");
  };
  await open.interrupt(ref);
  expect(fleet.calls.filter(({ name }) => name === "interrupt")).toHaveLength(2);
});

test("what is not open is not found", async () => {
  const { open } = conversing();
  const missing = expect.objectContaining({ code: "CONVERSATION_NOT_FOUND", context: ref });
  expect(() => open.send(ref, "Hi.", {})).toThrow(missing);
  expect(() => open.read(ref, {})).toThrow(missing);
  await open.open(agentName, ref);
  await open.close(ref);
  await expect(open.close(ref)).rejects.toThrow(missing);
  const unknown = { agentName: "reviewr", key: "k" };
  expect(() => open.read(unknown, {})).toThrow(
    expect.objectContaining({ code: "AGENT_NOT_FOUND" }),
  );
});

test("opening waits for the end of the one before", async () => {
  const { fleet, open } = conversing();
  await open.open(agentName, ref);
  const [first] = fleet.conversations;
  if (!first) throw new Error("nothing was opened");
  first.state = "closed";
  const again = await open.open(agentName, ref);
  expect(again.state).toBe("resting");
  expect(fleet.calls.map(({ name }) => name)).toEqual([
    "openConversation",
    "openConversation",
    "close",
  ]);
});

test("a process rests when nobody has followed it for a while, at the latest after its answer", async () => {
  const timers = vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const { fleet, open } = conversing();
  const rests = (): number => fleet.calls.filter(({ name }) => name === "rest").length;
  await open.open(agentName, ref);
  const held = fleet.conversations[0];
  const leave = new AbortController();
  const following = collect(open.read(ref, { signal: leave.signal }).events);
  const turnId = open.send(ref, "Hi.", {});
  held?.tell({ type: "ended", turnId, result: recordedResult });
  timers.advanceTimersByTime(120_000);
  expect(rests()).toBe(0);
  leave.abort();
  await following;
  timers.advanceTimersByTime(59_000);
  held?.tell({ type: "ended", turnId, result: recordedResult });
  timers.advanceTimersByTime(59_000);
  expect(rests()).toBe(0);
  timers.advanceTimersByTime(1_000);
  expect(rests()).toBe(1);
});

test("a reader who was away for too long is told so, and who comes with the id of another time", async () => {
  const { fleet, open } = conversing();
  const { lastEventId } = await open.open(agentName, ref);
  const held = fleet.conversations[0];
  for (const piece of ["a", "b", "c"]) held?.tell(text(piece.repeat(500_000)));
  await open.close(ref).catch(() => undefined);
  const again = conversing();
  const { lastEventId: other } = await again.open.open(agentName, ref);
  expect(other.split("-")[0]).not.toBe(lastEventId.split("-")[0]);
  const { events } = again.open.read(ref, { after: lastEventId });
  again.fleet.conversations[0]?.tell(text("now"));
  await again.open.close(ref);
  expect((await collect(events)).map(({ event }) => event.type)).toEqual(["gap", "text", "closed"]);
});

test("of what was said, the last mebibyte is kept", async () => {
  const { fleet, open } = conversing();
  await open.open(agentName, ref);
  const { events } = open.read(ref, {});
  for (const piece of ["a", "b", "c"]) {
    fleet.conversations[0]?.tell(text(piece.repeat(500_000)));
  }
  await open.close(ref);
  const seen = (await collect(events)).map(({ event }) => event);
  expect(seen.map((event) => (event.type === "text" ? event.text[0] : event.type))).toEqual([
    "gap",
    "b",
    "c",
    "closed",
  ]);
});

test("conversations that rest make room for others; those that are followed do not", async () => {
  const { open } = conversing();
  for (let index = 0; index < 256; index++) await open.open(agentName, { key: `k${index}` });
  await open.open(agentName, ref);
  expect(() => open.read({ agentName, key: "k0" }, {})).toThrow("open it first");

  const followed = conversing();
  const leave = new AbortController();
  for (let index = 0; index < 256; index++) {
    const { key } = await followed.open.open(agentName, { key: `k${index}` });
    const { events } = followed.open.read({ agentName, key }, { signal: leave.signal });
    void collect(events);
  }
  await expect(followed.open.open(agentName, ref)).rejects.toMatchObject({
    code: "TOO_MANY_REQUESTS",
  });
  await expect(followed.open.open(agentName, { key: "k7" })).resolves.toMatchObject({ key: "k7" });
  leave.abort();
});

test("those that are opened at the same time are counted, too", async () => {
  const { fleet, open } = conversing();
  const keys = Array.from({ length: 300 }, (_, index) => `k${index}`);
  await Promise.all(keys.map((key) => open.open(agentName, { key })));
  await open.closeAll();
  expect(fleet.calls.filter(({ name }) => name === "close")).toHaveLength(256);
});

test("nothing is opened once all has been closed", async () => {
  const { fleet, open } = conversing();
  const late = open.open(agentName, ref);
  await open.closeAll();
  await expect(late).rejects.toMatchObject({ code: "INVALID_STATE" });
  expect(fleet.calls.filter(({ name }) => name === "close")).toEqual([]);
});
