import type { SDKMessage, SDKResultMessage, SDKUserMessage } from "@anthropic-ai/claude-agent-sdk";
import type { Redactor } from "../redact.ts";
import type { OutputLine } from "../state/output-line.ts";
import { noFacts, type RunFacts } from "./run-facts.ts";
import type { TurnControls } from "./runtime/interface.ts";
import type { ConversationEvent, Turn, TurnResult } from "./turn.ts";
import { type Piece, TurnPieces } from "./turn-pieces.ts";
import { costOf, toTurnResult } from "./turn-result.ts";

/** The turns of an attempt, as the executor sees them. */
export interface Turns {
  /** What the user says, each once the turn before it has ended; then the attempt is to end. */
  readonly messages: AsyncIterable<SDKUserMessage>;
  /** The turn in progress, or the last one, was interrupted. */
  readonly isInterrupted: boolean;
  /** Aborted with its cause when a turn takes too long. */
  readonly expired: AbortSignal;
  /** Called when turns can be interrupted. */
  onOpen(controls: TurnControls): void;
  /** Called with each message, its lines, and what is known of the attempt with it. */
  onMessage(message: SDKMessage, lines: readonly OutputLine[], facts: RunFacts): void;
  /** Called when Claude is gone and takes no turn any more. */
  onOver(): void;
}

export interface TurnFeedOptions {
  readonly jobId: string;
  readonly redactor: () => Redactor;
  /** Told of everything, also of what Claude does between two turns. */
  readonly onEvent: (event: ConversationEvent) => void;
}

/** Hands the turns of a conversation to one run of Claude, one after the other. */
export class TurnFeed implements Turns {
  readonly #options: TurnFeedOptions;
  readonly #pieces: TurnPieces;
  #next: Turn | undefined;
  #current: Turn | undefined;
  #said: string[] = [];
  #saying = "";
  #before: RunFacts = noFacts;
  #facts: RunFacts = noFacts;
  #controls: TurnControls | undefined;
  readonly #expiry = new AbortController();
  #isInterrupted = false;
  #isClosed = false;
  #wake: () => void = () => undefined;

  constructor(options: TurnFeedOptions) {
    this.#options = options;
    this.#pieces = new TurnPieces(options.redactor);
  }

  get messages(): AsyncIterable<SDKUserMessage> {
    return this.#messages();
  }

  get isInterrupted(): boolean {
    return this.#isInterrupted;
  }

  get expired(): AbortSignal {
    return this.#expiry.signal;
  }

  /** No turn is handed over any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Hands over a turn as soon as Claude can take it. */
  ask(turn: Turn): void {
    this.#next = turn;
    this.#wake();
  }

  /** Ends the turn in progress, and nothing else. */
  async interrupt(): Promise<void> {
    if (!this.#current) return;
    this.#isInterrupted = true;
    await this.#controls?.interrupt();
  }

  /** The turn in progress has taken too long, and the run ends with it. */
  expire(): void {
    this.#expiry.abort("timeout");
  }

  /** Lets the run end once no turn is in progress. */
  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  /** The run is over, with all that it used: the turn in progress has no other end. */
  settle(end: Omit<TurnResult, "text">): void {
    this.onOver();
    const turn = this.#current;
    this.#current = undefined;
    if (!turn) return;
    this.#end(turn, {
      ...end,
      text: this.#allSaid(),
      turns: end.turns - this.#before.turns,
      costUsd: end.costUsd - costOf(this.#before),
    });
  }

  onOpen(controls: TurnControls): void {
    this.#controls = controls;
  }

  onMessage(message: SDKMessage, lines: readonly OutputLine[], facts: RunFacts): void {
    this.#facts = facts;
    for (const piece of this.#pieces.take(message)) this.#tellPiece(piece);
    for (const line of lines) this.#tellLine(line);
    // An interrupt that came before Claude had taken up the turn did nothing.
    const isTakenUp = message.type === "system" && message.subtype === "init";
    if (isTakenUp && this.#current && this.#isInterrupted) {
      // Where Claude ends before it hears of this one, the end of the run tells how.
      this.#controls?.interrupt().catch(() => undefined);
    }
    if (message.type === "result") this.#takeResult(message);
  }

  onOver(): void {
    this.#next = undefined;
    this.close();
  }

  async *#messages(): AsyncGenerator<SDKUserMessage, void, undefined> {
    for (;;) {
      if (this.#current || (!this.#next && !this.#isClosed)) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
      } else if (this.#next) {
        yield this.#begin(this.#next);
      } else {
        return;
      }
    }
  }

  #begin(turn: Turn): SDKUserMessage {
    this.#next = undefined;
    this.#current = turn;
    this.#isInterrupted = false;
    this.#said = [];
    this.#saying = "";
    this.#before = this.#facts;
    turn.start();
    this.#tell({ type: "started", turnId: turn.id, jobId: this.#options.jobId });
    return turn.toMessage();
  }

  #takeResult(message: SDKResultMessage): void {
    const turn = this.#current;
    if (!turn || !isResultOf(message, turn.id)) return;
    this.#current = undefined;
    const result = toTurnResult({
      facts: this.#facts,
      before: this.#before,
      said: this.#allSaid(),
      isInterrupted: this.#isInterrupted,
    });
    this.#end(turn, this.#options.redactor().value(result));
    this.#wake();
  }

  #end(turn: Turn, result: TurnResult): void {
    turn.end(result);
    this.#options.onEvent({ type: "ended", turnId: turn.id, result });
  }

  #tellLine(line: OutputLine): void {
    const isAnswer = line.type === "assistant" && line.parentToolUseId === undefined;
    if (isAnswer && line.text !== undefined) {
      this.#said.push(line.text);
      this.#saying = "";
    }
    this.#tell({ type: "line", line });
  }

  #tellPiece(piece: Piece): void {
    if (piece.type === "text") this.#saying += piece.text;
    this.#tell(piece);
  }

  #allSaid(): string {
    return [...this.#said, this.#saying].filter((text) => text !== "").join("\n\n");
  }

  #tell(event: ConversationEvent): void {
    this.#current?.add(event);
    this.#options.onEvent(event);
  }
}

/**
 * Claude Code also answers what it hears from its background tasks, by itself or together with a
 * message of the user; newer versions say which messages an answer is for.
 */
function isResultOf(message: SDKResultMessage, turnId: string): boolean {
  const answered: unknown = Reflect.get(message, "user_message_uuids");
  if (Array.isArray(answered)) return answered.includes(turnId);
  return message.origin?.kind !== "task-notification";
}
