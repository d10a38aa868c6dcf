import { conversed, interrupted, message, resultOf, unqueued } from "./conversing.ts";
import { itemOf, itemsOf } from "./picks.ts";
import type { Table } from "./row.ts";

type ConversationRow =
  | "openConversation"
  | "sendMessage"
  | "interruptConversation"
  | "closeConversation"
  | "streamConversation";

/** The part of the table that is about conversations. */
export const conversationRows: Pick<Table, ConversationRow> = {
  openConversation: {
    ask: async (fleet) => {
      const { agentName, key, state } = await fleet.openConversation("writer", { key: "release" });
      return { agentName, key, state };
    },
    cli: {
      args: () => ["chat", "writer", "--key", "release"],
      lines: true,
      pick: (events) => itemOf(events, { type: "closed" })?.["key"],
      shown: ({ key }) => key,
    },
  },
  sendMessage: {
    ask: async (fleet) => resultOf(await conversed(fleet)),
    cli: {
      args: () => ["chat", "writer"],
      input: message,
      lines: true,
      pick: (events) => itemOf(events, { type: "ended" })?.["result"],
    },
  },
  interruptConversation: { ask: interrupted },
  closeConversation: {
    ask: async (fleet) => (await conversed(fleet)).at(-1),
    cli: {
      args: () => ["chat", "writer"],
      input: message,
      lines: true,
      pick: (events) => itemsOf(events).at(-1),
    },
  },
  streamConversation: {
    ask: async (fleet) => unqueued(await conversed(fleet)),
    cli: {
      args: () => ["chat", "writer"],
      input: message,
      lines: true,
      pick: (events) => itemsOf(events).filter(({ type }) => type !== "queued"),
    },
  },
};
