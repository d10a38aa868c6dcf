import type { Part, Reply } from "../script/compile.ts";

/** What is written to the stream: an event, or a pause. */
export type StreamItem =
  | { readonly event: string; readonly data: Readonly<Record<string, unknown>> }
  | { readonly waitMs: number };

/** Facts of one message that are not in the script. */
export interface MessageFrame {
  readonly id: string;
  readonly model: string;
}

/** Without `usage` in the script, so that every run has a cost. */
const defaultUsage = { input: 100, output: 20, cacheRead: 0, cacheWrite: 0 };

/** Everything of a streamed message up to its end, in the order of the real API. */
export function openingEvents(reply: Reply, frame: MessageFrame): StreamItem[] {
  const message = {
    id: frame.id,
    type: "message",
    role: "assistant",
    model: frame.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...usageOf(reply), output_tokens: 1 },
  };
  const items: StreamItem[] = [event("message_start", { message }), event("ping", {})];
  let index = 0;
  for (const part of reply.parts) {
    if (part.kind === "wait") items.push({ waitMs: part.ms });
    else items.push(...blockEvents(part, index++, frame));
  }
  return items;
}

/** The regular end of a streamed message. */
export function closingEvents(reply: Reply): StreamItem[] {
  return [
    event("message_delta", {
      delta: { stop_reason: reply.stop, stop_sequence: null },
      usage: usageOf(reply),
    }),
    event("message_stop", {}),
  ];
}

/** The same message for a request that did not ask for a stream. */
export function wholeMessage(reply: Reply, frame: MessageFrame): Record<string, unknown> {
  const blocks = reply.parts.filter((part) => part.kind !== "wait");
  return {
    id: frame.id,
    type: "message",
    role: "assistant",
    model: frame.model,
    content: blocks.map((part, index) => wholeBlock(part, index, frame)),
    stop_reason: reply.stop,
    stop_sequence: null,
    usage: usageOf(reply),
  };
}

type Block = Exclude<Part, { kind: "wait" }>;

function blockEvents(part: Block, index: number, frame: MessageFrame): StreamItem[] {
  return [
    event("content_block_start", { index, content_block: emptyBlock(part, index, frame) }),
    ...deltasOf(part, index),
    event("content_block_stop", { index }),
  ];
}

function deltasOf(part: Block, index: number): StreamItem[] {
  const delta = (fields: Readonly<Record<string, unknown>>): StreamItem =>
    event("content_block_delta", { index, delta: fields });
  if (part.kind === "tool") {
    return [delta({ type: "input_json_delta", partial_json: JSON.stringify(part.input) })];
  }
  const items = part.pieces.flatMap((piece, number): StreamItem[] => [
    ...(number > 0 && part.every > 0 ? [{ waitMs: part.every }] : []),
    delta(
      part.kind === "text"
        ? { type: "text_delta", text: piece }
        : { type: "thinking_delta", thinking: piece },
    ),
  ]);
  return part.kind === "text" ? items : [...items, delta({ type: "signature_delta", signature })];
}

function emptyBlock(part: Block, index: number, frame: MessageFrame): Record<string, unknown> {
  if (part.kind === "tool") {
    return { type: "tool_use", id: toolUseId(frame, index), name: part.name, input: {} };
  }
  return part.kind === "text"
    ? { type: "text", text: "" }
    : { type: "thinking", thinking: "", signature: "" };
}

function wholeBlock(part: Block, index: number, frame: MessageFrame): Record<string, unknown> {
  const empty = emptyBlock(part, index, frame);
  if (part.kind === "tool") return { ...empty, input: part.input };
  const text = part.pieces.join("");
  return part.kind === "text" ? { ...empty, text } : { ...empty, thinking: text, signature };
}

const signature = "c2lnbmF0dXJl";

function toolUseId(frame: MessageFrame, index: number): string {
  return `toolu_${frame.id.slice("msg_".length)}${index}`;
}

function usageOf(reply: Reply): Record<string, number> {
  const usage = { ...defaultUsage, ...reply.usage };
  return {
    input_tokens: usage.input,
    output_tokens: usage.output,
    cache_read_input_tokens: usage.cacheRead,
    cache_creation_input_tokens: usage.cacheWrite,
  };
}

function event(type: string, fields: Readonly<Record<string, unknown>>): StreamItem {
  return { event: type, data: { type, ...fields } };
}
