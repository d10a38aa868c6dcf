import { type ConversationEvent, FleetManager } from "@herdctl/core";
import { inPrompt, script } from "@herdctl/testing";
import type { FleetOperations, Gap } from "@herdctl/web";
import type { AnyFleet } from "./row.ts";

/** A message that is answered. */
export const message: string = inPrompt(script().text("Hello."));

const unending = inPrompt(script().text("Well …").stall());

type Event = ConversationEvent | Gap;

/** What happens in a conversation with one message, from its beginning to its end. */
export async function conversed(fleet: AnyFleet): Promise<readonly Event[]> {
  return isLibrary(fleet)
    ? inProcess(fleet, message)
    : throughClient(fleet, message, async () => undefined);
}

/** How a message ends that is interrupted when Claude has begun to speak. */
export async function interrupted(fleet: AnyFleet): Promise<unknown> {
  const events = isLibrary(fleet)
    ? await inProcess(fleet, unending)
    : await throughClient(fleet, unending, (ref) => fleet.interruptConversation(ref));
  return resultOf(events);
}

/** How the message of a conversation ended. */
export function resultOf(events: readonly Event[]): unknown {
  return events.find((event) => event.type === "ended")?.result;
}

/** Whether a slot was free depends on what was asked before. */
export function unqueued(events: readonly Event[]): readonly Event[] {
  return events.filter(({ type }) => type !== "queued");
}

function isLibrary(fleet: AnyFleet): fleet is FleetManager {
  return fleet instanceof FleetManager;
}

async function inProcess(library: FleetManager, content: string): Promise<readonly Event[]> {
  const events: Event[] = [];
  const conversation = await library.openConversation("writer", {
    onEvent: (event) => {
      events.push(event);
      if (content === unending && event.type === "text") void conversation.interrupt();
    },
  });
  await conversation.send(content).result;
  await conversation.close();
  return events;
}

async function throughClient(
  fleet: FleetOperations,
  content: string,
  onText: (conversation: { agentName: string; key: string }) => Promise<void>,
): Promise<readonly Event[]> {
  const events: Event[] = [];
  const info = await fleet.openConversation("writer");
  await fleet.sendMessage(info, content);
  for await (const event of fleet.streamConversation(info, { after: info.lastEventId })) {
    events.push(event);
    if (event.type === "text") void onText(info);
    if (event.type === "ended") await fleet.closeConversation(info);
  }
  return events;
}
