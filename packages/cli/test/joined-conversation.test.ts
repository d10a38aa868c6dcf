import type { ConversationState } from "@herdctl/core";
import { expect, onTestFinished, test, vi } from "vitest";
import {
  type Conversing,
  JoinedConversation,
  type JoinedEvent,
} from "../src/chat/joined-conversation.ts";

/** A fleet in which a conversation says what a test tells it to. */
function talkingTo(state: ConversationState) {
  const events = new TransformStream<JoinedEvent, JoinedEvent>();
  const writer = events.writable.getWriter();
  const info = { agentName: "a", key: "k", state, lastEventId: "0-0" };
  const fleet: Conversing = {
    openConversation: async () => info,
    sendMessage: async () => "",
    interruptConversation: async () => undefined,
    closeConversation: () => writer.close(),
    streamConversation: () => events.readable,
  };
  const heard: JoinedEvent[] = [];
  const onEvent = (event: JoinedEvent): void => void heard.push(event);
  return { conversation: new JoinedConversation(fleet, info, onEvent), writer, heard };
}

test("an answer whose end was missed is not waited for", async () => {
  const timers = vi.useFakeTimers({ toFake: ["setTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const { conversation, writer, heard } = talkingTo("idle");
  const sent = conversation.send("Hi.");
  await writer.write({ type: "gap" });
  await vi.waitFor(() => expect(heard).toEqual([{ type: "gap" }]));
  await timers.advanceTimersByTimeAsync(5_000);
  expect(await sent).toMatchObject({
    outcome: "failed",
    error: { message: expect.stringContaining("missed") },
  });
  expect(heard.at(-1)).toMatchObject({ type: "ended", result: { outcome: "failed" } });
  await conversation.close();
});

test("an answer that goes on after a gap is waited for", async () => {
  const timers = vi.useFakeTimers({ toFake: ["setTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const { conversation, writer, heard } = talkingTo("answering");
  void conversation.send("Hi.");
  await writer.write({ type: "gap" });
  await vi.waitFor(() => expect(heard).toEqual([{ type: "gap" }]));
  await timers.advanceTimersByTimeAsync(5_000);
  expect(conversation.isWaiting).toBe(true);
  await conversation.close();
  expect(conversation.isWaiting).toBe(false);
});
