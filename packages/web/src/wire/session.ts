import type { Session, SessionMessage, SessionMessagePage, SessionObstacle } from "@herdctl/core";
import { z } from "zod";
import { answer, date, oneOf } from "./schema.ts";

const obstacle = answer<NonNullable<Session["obstacle"]>>({
  reason: oneOf<SessionObstacle>({
    other_runtime: true,
    other_container: true,
    other_directory: true,
    expired: true,
    no_transcript: true,
  }),
  message: z.string(),
});

export const session: z.ZodType<Session> = answer<Session>({
  sessionId: z.string(),
  agentName: z.string(),
  origin: oneOf<Session["origin"]>({ herdctl: true, other: true }),
  scope: z.string().optional(),
  jobId: z.string().optional(),
  runtime: oneOf<NonNullable<Session["runtime"]>>({ sdk: true, cli: true }).optional(),
  container: z.boolean(),
  workingDirectory: z.string(),
  title: z.string().optional(),
  firstPrompt: z.string().optional(),
  bytes: z.number().optional(),
  createdAt: date.optional(),
  lastUsedAt: date,
  resumable: z.boolean(),
  obstacle: obstacle.optional(),
  openIn: z.number().optional(),
});

const message = answer<SessionMessage>({
  role: oneOf<SessionMessage["role"]>({ user: true, assistant: true }),
  type: oneOf<SessionMessage["type"]>({
    text: true,
    thinking: true,
    tool_use: true,
    tool_result: true,
    summary: true,
    error: true,
    other: true,
  }),
  timestamp: date,
  uuid: z.string(),
  parentToolUseId: z.string().optional(),
  text: z.string().optional(),
  toolUseId: z.string().optional(),
  toolName: z.string().optional(),
  input: z.unknown().optional(),
  isError: z.boolean().optional(),
});

export const sessionMessages: z.ZodType<SessionMessagePage> = answer<SessionMessagePage>({
  messages: z.array(message),
  nextCursor: z.string().optional(),
});
