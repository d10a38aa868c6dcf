import { randomUUID, type UUID } from "node:crypto";
import type { SDKUserMessage } from "@anthropic-ai/claude-agent-sdk";
import type { ExitReason, PermissionDenial } from "../state/job-record.ts";
import type { OutputLine } from "../state/output-line.ts";

/** What is said to Claude: text, or blocks of the Messages API (text, image, document). */
export type TurnContent = SDKUserMessage["message"]["content"];

/** How a turn ended. */
export interface TurnResult {
  /** `interrupted`: by the conversation's `interrupt`. */
  readonly outcome: "completed" | "interrupted" | "cancelled" | "failed";
  /** Why it was not completed. */
  readonly exitReason: ExitReason;
  /** The answer; of a turn that did not come to one, what was said until then. */
  readonly text: string;
  /** Requests to the model. */
  readonly turns: number;
  /** US dollars, as Claude Code reports them. */
  readonly costUsd: number;
  readonly permissionDenials: readonly PermissionDenial[];
  readonly error?: { readonly message: string; readonly code?: string };
}

/** What happens in a conversation, as it happens. */
export type ConversationEvent =
  /** No slot is free; `position` 1 is next. */
  | {
      readonly type: "queued";
      readonly turnId: string;
      readonly jobId: string;
      readonly position: number;
    }
  /** Claude gets the message. */
  | { readonly type: "started"; readonly turnId: string; readonly jobId: string }
  /** A piece of what Claude says or thinks; the whole follows as a `line`, and that is what counts. */
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "thinking"; readonly text: string }
  /** A line of the job's output: the user's message, text, thinking, tool calls and their results. */
  | { readonly type: "line"; readonly line: OutputLine }
  | { readonly type: "ended"; readonly turnId: string; readonly result: TurnResult }
  /** The conversation is closed, and nothing of it is alive; its key opens it again. */
  | { readonly type: "closed"; readonly key: string; readonly sessionId?: string };

/** How a message is sent. */
export interface SendOptions {
  /** Uuid of the message (default: a new one). */
  readonly id?: UUID;
  /** Claude takes it word for word: no slash commands, no files for `@`. */
  readonly verbatim?: boolean;
  /** `false`: the turn keeps no events, for whoever hears them by `onEvent` (default true). */
  readonly keepEvents?: boolean;
}

/**
 * A message of the user and Claude's answer. Iterating gives its events, from the first on and until it
 * has ended; they are kept for one reader.
 */
export interface ConversationTurn extends AsyncIterable<ConversationEvent> {
  /** Uuid of the message. */
  readonly id: string;
  /** How it ended; never rejects. */
  readonly result: Promise<TurnResult>;
}

/** A {@link ConversationTurn} in the hands of those who carry it out. */
export class Turn implements ConversationTurn {
  readonly id: UUID;
  readonly content: TurnContent;
  readonly #options: SendOptions;
  readonly #end = Promise.withResolvers<TurnResult>();
  readonly #started = Promise.withResolvers<void>();
  readonly #events: ConversationEvent[] = [];
  #isStarted = false;
  #isOver = false;
  #wake: () => void = () => undefined;

  constructor(content: TurnContent, options: SendOptions = {}) {
    this.id = options.id ?? randomUUID();
    this.content = content;
    this.#options = options;
  }

  get result(): Promise<TurnResult> {
    return this.#end.promise;
  }

  /** Resolves when Claude gets the message, or the turn ends without that. */
  get started(): Promise<void> {
    return this.#started.promise;
  }

  /** Whoever sent it chose its id. */
  get isNamed(): boolean {
    return this.#options.id !== undefined;
  }

  get isStarted(): boolean {
    return this.#isStarted;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The message as the SDK takes it. */
  toMessage(): SDKUserMessage {
    return {
      type: "user",
      message: { role: "user", content: this.content },
      parent_tool_use_id: null,
      uuid: this.id,
      ...(this.#options.verbatim && { client_composed: true }),
    };
  }

  start(): void {
    this.#isStarted = true;
    this.#started.resolve();
  }

  add(event: ConversationEvent): void {
    if (this.#isOver || this.#options.keepEvents === false) return;
    this.#events.push(event);
    this.#wake();
  }

  end(result: TurnResult): void {
    this.add({ type: "ended", turnId: this.id, result });
    this.#isOver = true;
    this.#started.resolve();
    this.#end.resolve(result);
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ConversationEvent, void, undefined> {
    for (;;) {
      const event = this.#events.shift();
      if (event) yield event;
      else if (this.#isOver) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
