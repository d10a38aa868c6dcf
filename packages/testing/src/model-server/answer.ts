import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { compileScript, replyAt } from "../script/compile.ts";
import { agentHeader } from "./client-environment.ts";
import {
  closingEvents,
  type MessageFrame,
  openingEvents,
  type StreamItem,
  wholeMessage,
} from "./events.ts";
import { faultName, openStream, sendError, sendFault } from "./faults.ts";
import { type MessagesRequest, readMessagesRequest } from "./messages.ts";
import type { Decision, ModelScripts } from "./model-scripts.ts";
import type { ModelRequest, RequestLog } from "./request-log.ts";
import { sideAnswer } from "./side-answer.ts";
import { turnOf } from "./turn.ts";

/** Answers one `POST /v1/messages`. */
export async function answerMessages(exchange: {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly scripts: ModelScripts;
  readonly log: RequestLog;
}): Promise<void> {
  const { request, response, scripts, log } = exchange;
  const asked = readMessagesRequest(await json(request).catch(() => undefined));
  if (asked.messages.length === 0) {
    return sendError(response, { error: 400, message: "messages: at least one is required" });
  }
  const { decision, entry } = understand({ request, asked, scripts });
  log.add(entry);
  if (decision.fault) return sendFault(response, decision.fault);
  await sendReply({ response, asked, decision });
}

function understand(exchange: {
  readonly request: IncomingMessage;
  readonly asked: MessagesRequest;
  readonly scripts: ModelScripts;
}): { readonly decision: Omit<Decision, "source">; readonly entry: ModelRequest } {
  const { asked, scripts } = exchange;
  const headers = visibleHeaders(exchange.request);
  const sessionId = headers["x-claude-code-session-id"];
  const turn = turnOf(asked.messages);
  const facts = {
    ...asked,
    headers,
    ...(sessionId !== undefined && { sessionId }),
    ...(headers[agentHeader] !== undefined && { agentName: headers[agentHeader] }),
    prompt: turn.prompt,
    answer: turn.answered,
  };
  const side = sideAnswer(asked);
  if (side !== undefined) {
    const reply = replyAt(compileScript([{ text: side }]), 0);
    return {
      decision: { reply },
      entry: { ...facts, kind: "side", script: "none", outcome: "message" },
    };
  }
  const isSubagent = headers["x-claude-code-agent-id"] !== undefined;
  // A subagent follows the script in its prompt, never that of the agent that started it.
  const agentName = isSubagent ? undefined : facts.agentName;
  const { source, ...decision } = scripts.decide({
    ...turn,
    sessionId: sessionId ?? "",
    ...(agentName !== undefined && { agentName }),
  });
  const entry: ModelRequest = {
    ...facts,
    kind: isSubagent ? "subagent" : "main",
    script: source,
    outcome: outcomeOf(decision),
    ...(decision.problem !== undefined && { problem: decision.problem }),
  };
  return { decision, entry };
}

function outcomeOf({ fault, cutAt }: Omit<Decision, "source">): string {
  if (fault) return faultName(fault);
  return cutAt === undefined ? "message" : "cut";
}

function visibleHeaders({ headers }: IncomingMessage): Record<string, string> {
  const secret = new Set(["authorization", "x-api-key", "cookie"]);
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      secret.has(name) || value === undefined ? [] : [[name, String(value)]],
    ),
  );
}

async function sendReply(exchange: {
  readonly response: ServerResponse;
  readonly asked: MessagesRequest;
  readonly decision: Omit<Decision, "source">;
}): Promise<void> {
  const { response, asked, decision } = exchange;
  const { reply, cutAt } = decision;
  const frame: MessageFrame = { id: `msg_${randomUUID().replaceAll("-", "")}`, model: asked.model };
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  const opening = openingEvents(reply, frame);
  try {
    if (!asked.stream) {
      await pause(totalWait(opening), gone.signal);
      if (cutAt !== undefined) return void response.destroy();
      response.writeHead(200, { "content-type": "application/json", ...reply.headers });
      response.end(JSON.stringify(wholeMessage(reply, frame)));
      return;
    }
    openStream(response, reply.headers);
    const items = typeof cutAt === "string" ? opening : [...opening, ...closingEvents(reply)];
    await writeStream({
      response,
      items,
      signal: gone.signal,
      limit: typeof cutAt === "number" ? cutAt : Number.POSITIVE_INFINITY,
    });
    if (cutAt === undefined || cutAt === "unfinished") response.end();
    else await breakOff(response);
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  }
}

/** Writes events up to `limit` bytes. */
async function writeStream(stream: {
  readonly response: ServerResponse;
  readonly items: readonly StreamItem[];
  readonly signal: AbortSignal;
  readonly limit: number;
}): Promise<void> {
  let left = stream.limit;
  for (const item of stream.items) {
    if ("waitMs" in item) {
      await pause(item.waitMs, stream.signal);
      continue;
    }
    const bytes = Buffer.from(`event: ${item.event}\ndata: ${JSON.stringify(item.data)}\n\n`);
    stream.response.write(bytes.subarray(0, left));
    left -= bytes.length;
    if (left <= 0) return;
  }
}

/** Breaks the connection once the client has been sent what was written. */
async function breakOff(response: ServerResponse): Promise<void> {
  await new Promise<void>((resolve) => void response.write("", () => resolve()));
  response.destroy();
}

function totalWait(items: readonly StreamItem[]): number {
  return items.reduce((sum, item) => sum + ("waitMs" in item ? item.waitMs : 0), 0);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms === 0) return;
  // The longest timer there is stands for "until the client goes away".
  await setTimeout(Math.min(ms, 2 ** 31 - 1), undefined, { signal });
}
