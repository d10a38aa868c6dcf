import type { UUID } from "node:crypto";
import type { ConversationEvent, ConversationState, TurnContent, TurnResult } from "@herdctl/core";
import { z } from "zod";
import type { ConversationInfo } from "../operations.ts";
import type { Gap } from "../ring.ts";
import { exitReason, outputLine, permissionDenial } from "./job.ts";
import { answer, name, oneOf, type Shape } from "./schema.ts";

type Event = ConversationEvent | Gap;
type EventShape<Type extends Event["type"]> = Shape<
  Omit<Extract<Event, { readonly type: Type }>, "type">
>;

const text = z.string();

const turnResult = answer<TurnResult>({
  outcome: oneOf<TurnResult["outcome"]>({
    completed: true,
    interrupted: true,
    cancelled: true,
    failed: true,
  }),
  exitReason,
  text,
  turns: z.number(),
  costUsd: z.number(),
  permissionDenials: z.array(permissionDenial),
  error: answer<NonNullable<TurnResult["error"]>>({
    message: text,
    code: text.optional(),
  }).optional(),
});

const payloads: { readonly [Type in Event["type"]]: EventShape<Type> } = {
  queued: { turnId: text, jobId: text, position: z.number() },
  started: { turnId: text, jobId: text },
  text: { text },
  thinking: { text },
  line: { line: outputLine },
  ended: { turnId: text, result: turnResult },
  closed: { key: text, sessionId: text.optional() },
  gap: {},
};

/** One event of a conversation. */
export const conversationEvent: z.ZodType<Event> = z.union(
  Object.entries(payloads).map(([type, shape]) =>
    answer({ type: z.literal(type), ...shape } as Shape<Event>),
  ),
);

/** Where a conversation stands. */
export const conversationInfo: z.ZodType<ConversationInfo> = answer<ConversationInfo>({
  agentName: text,
  key: text,
  state: oneOf<ConversationState>({
    resting: true,
    queued: true,
    answering: true,
    idle: true,
    closed: true,
  }),
  sessionId: text.optional(),
  jobId: text.optional(),
  lastEventId: text,
});

// It is part of addresses, and of the key of a session.
const longestKey = 200;

/** What somebody calls a conversation. */
export const conversationKey: z.ZodType<string> = name
  .refine((key) => key.length <= longestKey, `must have at most ${longestKey} characters`)
  .refine(isAddressable, "must not be `.` or `..`, and have no control characters");

/** The uuid of a message. */
export const turnId: z.ZodType<UUID> = z.uuid() as z.ZodType<string> as z.ZodType<UUID>;

// No address can have a part of dots, or half a character.
function isAddressable(key: string): boolean {
  return key !== "." && key !== ".." && key.isWellFormed() && !/\p{Cc}/u.test(key);
}

// What a person can say; tools answer elsewhere. Claude Code does not answer a text without text.
const source = z.looseObject({ type: name });
const block = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("text"), text: name }),
  z.looseObject({ type: z.literal("image"), source }),
  z.looseObject({ type: z.literal("document"), source }),
]);

/** What is said to Claude: text, or blocks of the Messages API. */
export const messageContent: z.ZodType<TurnContent> = z.union([
  name,
  z.array(block).min(1),
]) as z.ZodType<TurnContent>;
