import type { SessionFilter, SessionMessageFilter } from "@herdctl/core";
import { z } from "zod";
import { none } from "./contract-nothing.ts";
import type { Nothing, Operations, RequestParts, SessionParams } from "./contract-types.ts";
import { answer, name, pageShape, queryBoolean, request } from "./wire/schema.ts";
import { session, sessionMessages } from "./wire/session.ts";

const params = request<SessionParams>({ sessionId: name });

/** The part of the HTTP API that is about sessions. */
export const sessionOperations: Pick<
  Operations,
  "getSessions" | "getSession" | "getSessionMessages"
> = {
  getSessions: {
    method: "GET",
    path: "/api/sessions",
    status: 200,
    input: request<RequestParts<Nothing, SessionFilter>>({
      ...none,
      query: request<SessionFilter>({ agentName: name.optional(), all: queryBoolean.optional() }),
    }),
    output: answer({ sessions: z.array(session) }),
  },
  getSession: {
    method: "GET",
    path: "/api/sessions/:sessionId",
    status: 200,
    input: request<RequestParts<SessionParams>>({ ...none, params }),
    output: session,
  },
  getSessionMessages: {
    method: "GET",
    path: "/api/sessions/:sessionId/messages",
    status: 200,
    input: request<RequestParts<SessionParams, SessionMessageFilter>>({
      ...none,
      params,
      query: request<SessionMessageFilter>(pageShape),
    }),
    output: sessionMessages,
  },
};
