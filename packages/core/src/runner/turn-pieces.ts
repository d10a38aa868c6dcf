import type { SDKMessage } from "@anthropic-ai/claude-agent-sdk";
import type { RedactedStream } from "../redact-stream.ts";
import type { Redactor } from "../redact.ts";
import type { ConversationEvent } from "./turn.ts";

/** A piece of what Claude says or thinks. */
export type Piece = Extract<ConversationEvent, { readonly type: "text" | "thinking" }>;

/** Turns the messages of a run into pieces of what its main agent says and thinks. */
export class TurnPieces {
  readonly #redactor: () => Redactor;
  readonly #streamed = new Set<string>();
  #block: { readonly type: Piece["type"]; readonly shown: RedactedStream } | undefined;

  /** `redactor` is asked anew for each block: a reload may know more secrets. */
  constructor(redactor: () => Redactor) {
    this.#redactor = redactor;
  }

  /** The pieces that this message brings. */
  take(message: SDKMessage): readonly Piece[] {
    if (message.type === "stream_event" && message.parent_tool_use_id === null) {
      return this.#takeEvent(message.event);
    }
    // What Claude Code reports of the API is nothing that Claude said.
    if (message.type !== "assistant" || message.error !== undefined) return [];
    return message.parent_tool_use_id === null ? this.#takeWhole(message.message) : [];
  }

  #takeEvent(event: Extract<SDKMessage, { type: "stream_event" }>["event"]): readonly Piece[] {
    switch (event.type) {
      case "message_start":
        this.#streamed.add(event.message.id);
        this.#block = undefined;
        return [];
      case "content_block_start":
        return this.#begin(event.content_block.type);
      case "content_block_delta":
        if (event.delta.type === "text_delta") return this.#push(event.delta.text);
        return event.delta.type === "thinking_delta" ? this.#push(event.delta.thinking) : [];
      case "content_block_stop":
        return this.#endBlock();
      default:
        return [];
    }
  }

  #begin(type: string): readonly Piece[] {
    const isSpoken = type === "text" || type === "thinking";
    this.#block = isSpoken ? { type, shown: this.#redactor().stream() } : undefined;
    return [];
  }

  #push(text: string): readonly Piece[] {
    return this.#block ? pieces(this.#block.type, this.#block.shown.push(text)) : [];
  }

  #endBlock(): readonly Piece[] {
    const block = this.#block;
    this.#block = undefined;
    return block ? pieces(block.type, block.shown.end()) : [];
  }

  /** A message that did not come in pieces is one; else what was held back is due before its whole. */
  #takeWhole(message: Extract<SDKMessage, { type: "assistant" }>["message"]): readonly Piece[] {
    if (this.#streamed.has(message.id)) return this.#endBlock();
    const redactor = this.#redactor();
    return message.content.flatMap((block) => {
      if (block.type === "text") return pieces("text", redactor.text(block.text));
      return block.type === "thinking" ? pieces("thinking", redactor.text(block.thinking)) : [];
    });
  }
}

function pieces(type: Piece["type"], text: string): readonly Piece[] {
  return text === "" ? [] : [{ type, text }];
}
