import { z } from "zod";
import { none } from "./contract-nothing.ts";
import type {
  AgentParams,
  ConversationParams,
  ConversationQuery,
  MessageBody,
  Nothing,
  Operations,
  RequestParts,
  Streams,
} from "./contract-types.ts";
import type { OpenOptions } from "./operations.ts";
import {
  conversationEvent,
  conversationInfo,
  conversationKey,
  messageContent,
  turnId,
} from "./wire/conversation.ts";
import { answer, name, request } from "./wire/schema.ts";

const params = request<ConversationParams>({ agentName: name, key: name });
const input = request<RequestParts<ConversationParams>>({ ...none, params });

type ConversationOperation =
  | "openConversation"
  | "sendMessage"
  | "interruptConversation"
  | "closeConversation";

/** The part of the HTTP API that is about conversations. */
export const conversationOperations: Pick<Operations, ConversationOperation> = {
  openConversation: {
    method: "POST",
    path: "/api/agents/:agentName/conversations",
    status: 200,
    input: request<RequestParts<AgentParams, Nothing, OpenOptions>>({
      ...none,
      params: request<AgentParams>({ agentName: name }),
      body: request<OpenOptions>({
        key: conversationKey.optional(),
        resume: name.optional(),
        idleTimeout: z.int().min(0).optional(),
      }),
    }),
    output: conversationInfo,
  },
  sendMessage: {
    method: "POST",
    path: "/api/agents/:agentName/conversations/:key/messages",
    status: 202,
    input: request<RequestParts<ConversationParams, Nothing, MessageBody>>({
      ...none,
      params,
      body: request<MessageBody>({
        content: messageContent,
        id: turnId.optional(),
        verbatim: z.boolean().optional(),
      }),
    }),
    output: answer({ turnId: z.string() }),
  },
  interruptConversation: {
    method: "POST",
    path: "/api/agents/:agentName/conversations/:key/interrupt",
    status: 204,
    input,
    output: z.undefined(),
  },
  closeConversation: {
    method: "POST",
    path: "/api/agents/:agentName/conversations/:key/close",
    status: 204,
    input,
    output: z.undefined(),
  },
};

/** What is said and done in them. */
export const conversationStreams: Pick<Streams, "streamConversation"> = {
  streamConversation: {
    path: "/api/agents/:agentName/conversations/:key/events",
    input: request<RequestParts<ConversationParams, ConversationQuery>>({
      ...none,
      params,
      query: request<ConversationQuery>({ after: name.optional() }),
    }),
    item: conversationEvent,
  },
};
