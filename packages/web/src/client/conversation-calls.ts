import type { FleetOperations } from "../operations.ts";
import { type Connection, endDeadline } from "./connection.ts";
import { resumeStream } from "./resume-stream.ts";

type ConversationCall =
  | "openConversation"
  | "sendMessage"
  | "interruptConversation"
  | "closeConversation"
  | "streamConversation";

// A conversation ends with its daemon: only a way to it that is cut is worth waiting for.
const longestAbsence = 3_000;

/** Conversations of a daemon, over a connection. */
export function conversationCalls(connection: Connection): Pick<FleetOperations, ConversationCall> {
  const { call, patience } = connection;
  const brief = { ...connection, patience: { ...patience, absence: longestAbsence } };
  return {
    openConversation: (agentName, body = {}) =>
      call("openConversation", { ...nothing, params: { agentName }, body }),
    sendMessage: async ({ agentName, key }, content, options) => {
      const input = { ...nothing, params: { agentName, key }, body: { ...options, content } };
      return (await call("sendMessage", input)).turnId;
    },
    interruptConversation: ({ agentName, key }) =>
      call("interruptConversation", { ...nothing, params: { agentName, key } }, end),
    closeConversation: ({ agentName, key }) =>
      call("closeConversation", { ...nothing, params: { agentName, key } }, end),
    streamConversation: ({ agentName, key }, { signal, onPresence, ...query } = {}) =>
      resumeStream(brief, "streamConversation", {
        input: { ...nothing, params: { agentName, key }, query },
        signal,
        onPresence,
      }),
  };
}

const nothing = { params: {}, query: {}, body: {} };
const end = { deadline: endDeadline };
