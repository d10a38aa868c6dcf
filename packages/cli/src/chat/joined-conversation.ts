import { randomUUID, type UUID } from "node:crypto";
import { type ConversationEvent, errorKindOf, messageOf, type TurnResult } from "@herdctl/core";
import type { ConversationInfo, FleetOperations, Gap } from "@herdctl/web";

/** What happens in a joined conversation; `gap`: this reader was away for too long. */
export type JoinedEvent = ConversationEvent | Gap;

/** What a conversation takes of a fleet. */
export type Conversing = Pick<
  FleetOperations,
  | "openConversation"
  | "sendMessage"
  | "interruptConversation"
  | "closeConversation"
  | "streamConversation"
>;

/** A conversation of a fleet, wherever that lives, from the side of one who takes part in it. */
export class JoinedConversation {
  /** Resolves when it is closed, or nothing can be heard of it any more: then with the error. */
  readonly over: Promise<Error | undefined>;
  readonly #fleet: Conversing;
  readonly #info: ConversationInfo;
  readonly #onEvent: (event: JoinedEvent) => void;
  readonly #turns = new Map<string, PromiseWithResolvers<TurnResult>>();
  #jobId: string | undefined;
  #isOver = false;

  constructor(fleet: Conversing, info: ConversationInfo, onEvent: (event: JoinedEvent) => void) {
    this.#fleet = fleet;
    this.#info = info;
    this.#onEvent = onEvent;
    this.#jobId = info.jobId;
    this.over = this.#follow();
  }

  /** The job of the last turn that Claude got. */
  get jobId(): string | undefined {
    return this.#jobId;
  }

  /** Something has been said in it, now or before. */
  get hasBegun(): boolean {
    return this.#jobId !== undefined || this.#info.sessionId !== undefined;
  }

  /** A turn of this side has no answer yet. */
  get isWaiting(): boolean {
    return this.#turns.size > 0;
  }

  /** Says something; resolves with how that ended, and never rejects. */
  async send(text: string): Promise<TurnResult> {
    const id: UUID = randomUUID();
    const answered = Promise.withResolvers<TurnResult>();
    this.#turns.set(id, answered);
    try {
      await this.#fleet.sendMessage(this.#info, text, { id });
    } catch (error) {
      this.#end(id, failed(error));
    }
    return answered.promise;
  }

  async interrupt(): Promise<void> {
    await this.#fleet.interruptConversation(this.#info);
  }

  /** Closes the conversation; resolves once nothing of it is alive, and all of it has been heard. */
  async close(): Promise<void> {
    if (!this.#isOver) await this.#fleet.closeConversation(this.#info).catch(ignoreClosed);
    await this.over;
  }

  async #follow(): Promise<Error | undefined> {
    const { lastEventId: after } = this.#info;
    let lost: Error | undefined;
    try {
      for await (const event of this.#fleet.streamConversation(this.#info, { after })) {
        this.#hear(event);
      }
    } catch (error) {
      lost = error instanceof Error ? error : new Error(messageOf(error));
    }
    this.#isOver = true;
    const cause = lost ?? new Error("The conversation was closed before Claude got this message.");
    for (const id of this.#turns.keys()) this.#end(id, failed(cause));
    return lost;
  }

  #hear(event: JoinedEvent): void {
    if (event.type === "started") this.#jobId = event.jobId;
    this.#onEvent(event);
    if (event.type === "ended") this.#settle(event.turnId, event.result);
    if (event.type !== "gap" || !this.isWaiting) return;
    setTimeout(() => void this.#endMissed(), catchingUp).unref();
  }

  // The end of a turn may be among what was missed: then there is none to wait for.
  async #endMissed(): Promise<void> {
    const { agentName, key } = this.#info;
    const info = await this.#fleet.openConversation(agentName, { key }).catch(() => undefined);
    // Where there is no answer, the stream ends, too.
    if (!info || info.state === "answering" || info.state === "queued") return;
    const missed = new Error("The end of this answer was missed here; the job has it.");
    for (const id of this.#turns.keys()) this.#end(id, failed(missed));
  }

  #end(id: string, result: TurnResult): void {
    if (this.#turns.has(id)) this.#onEvent({ type: "ended", turnId: id, result });
    this.#settle(id, result);
  }

  #settle(id: string, result: TurnResult): void {
    this.#turns.get(id)?.resolve(result);
    this.#turns.delete(id);
  }
}

// Milliseconds in which a reader that fell behind has read all that is kept.
const catchingUp = 5_000;

function ignoreClosed(error: unknown): void {
  if (errorKindOf(error).code !== "CONVERSATION_NOT_FOUND") throw error;
}

function failed(error: unknown): TurnResult {
  return {
    outcome: "failed",
    exitReason: "error",
    text: "",
    turns: 0,
    costUsd: 0,
    permissionDenials: [],
    error: { message: messageOf(error), code: errorKindOf(error).code },
  };
}
