import type {
  Conversation,
  ConversationEvent,
  ConversationTurn,
  FleetManager,
  Job,
} from "@herdctl/core";
import { inPrompt, type ScriptBuilder } from "@herdctl/testing";

/** A message with the script of its answer. */
export function asks(answer: ScriptBuilder, words = "Hi."): string {
  return `${words} ${inPrompt(answer)}`;
}

/** Everything that happened in a turn. */
export function eventsOf(turn: ConversationTurn): Promise<ConversationEvent[]> {
  return Array.fromAsync(turn);
}

/** The pieces of one kind, joined. */
export function piecesOf(
  events: readonly ConversationEvent[],
  type: "text" | "thinking" = "text",
): string {
  return events.map((event) => (event.type === type ? event.text : "")).join("");
}

/** Waits for an event of a turn. */
export async function until(
  turn: ConversationTurn,
  wanted: (event: ConversationEvent) => boolean,
): Promise<void> {
  for await (const event of turn) if (wanted(event)) return;
  throw new Error("the turn ended without it");
}

/** The event that Claude has begun to speak. */
export function isText({ type }: ConversationEvent): boolean {
  return type === "text";
}

/** Closes a conversation; resolves with its job. */
export async function closed(fleet: FleetManager, conversation: Conversation): Promise<Job> {
  const { jobId } = conversation;
  if (jobId === undefined) throw new Error("the conversation has no job");
  await conversation.close();
  return fleet.waitForJob(jobId);
}
