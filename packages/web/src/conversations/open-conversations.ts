import { type ConversationEvent, FleetManagerError, type TurnContent } from "@herdctl/core";
import type { FleetTarget, HeldConversation } from "../fleet-target.ts";
import type {
  ConversationInfo,
  ConversationRef,
  ConversationStreamOptions,
  MessageOptions,
  OpenOptions,
} from "../operations.ts";
import { lastIdOf, newEpoch, readRing, type RingReading } from "../read-ring.ts";
import { createRing, type Ring } from "../ring.ts";

interface Open {
  readonly held: HeldConversation;
  readonly ring: Ring<ConversationEvent>;
  readonly epoch: string;
  /** Messages by id, the last ones, with the size of each that waits for its answer; 0: answered. */
  readonly messages: Map<string, number>;
  readers: number;
  unfollowed: NodeJS.Timeout | undefined;
}

// Milliseconds that the process of a conversation stays when nobody follows it.
const unfollowedTimeout = 60_000;
const mostOpen = 256;
const mostUnanswered = 100;
// Over all conversations, characters.
const mostWaiting = 64 * 1024 * 1024;
const mostMessages = 200;
// Of each conversation, for those who come back.
const kept = {
  events: 1_000,
  size: { most: 1024 * 1024, of: (event: ConversationEvent) => JSON.stringify(event).length },
};

/**
 * The conversations that clients have opened. They come and go; the conversations stay until they are
 * closed, and may have several who follow them.
 */
export class OpenConversations {
  readonly #fleet: Pick<FleetTarget, "openConversation" | "getAgent">;
  readonly #open = new Map<string, Open>();
  #isClosed = false;

  constructor(fleet: Pick<FleetTarget, "openConversation" | "getAgent">) {
    this.#fleet = fleet;
  }

  /**
   * Opens a conversation, or joins it.
   *
   * @throws what `FleetManager.openConversation` does; `INVALID_STATE` when its key is open with another
   * session than `resume`; `TOO_MANY_REQUESTS`
   */
  async open(agentName: string, options: OpenOptions): Promise<ConversationInfo> {
    const ring = createRing<ConversationEvent>(kept);
    const onEvent = (event: ConversationEvent): void => this.#hear(opened, event);
    const held = await this.#fleet.openConversation(agentName, { ...options, onEvent });
    const opened: Open = {
      held,
      ring,
      epoch: newEpoch(),
      messages: new Map(),
      readers: 0,
      unfollowed: undefined,
    };
    const name = nameOf(held);
    let known = this.#open.get(name);
    // One process at a time has its session.
    for (; known?.held.state === "closed"; known = this.#open.get(name)) await known.held.close();
    if (known) {
      if (options.resume !== undefined) checkSame(known.held, held);
      return toInfo(known);
    }
    this.#makeRoom();
    this.#open.set(name, opened);
    return toInfo(opened);
  }

  /** Says something; a message whose id is known is not said again. Returns its id. */
  send(ref: ConversationRef, content: TurnContent, options: MessageOptions): string {
    const { held, messages } = this.#find(ref);
    if (options.id !== undefined && messages.has(options.id)) return options.id;
    const unanswered = [...messages.values()].filter((size) => size > 0).length;
    if (unanswered >= mostUnanswered) throw tooMany(`${unanswered} messages wait for an answer`);
    const size = JSON.stringify(content).length;
    if (this.#waiting() + size > mostWaiting) throw tooMany("Too much waits for an answer");
    const { id } = held.send(content, { ...options, keepEvents: false });
    messages.set(id, size);
    const [oldest] = messages.keys();
    if (messages.size > mostMessages && oldest !== undefined) messages.delete(oldest);
    return id;
  }

  async interrupt(ref: ConversationRef): Promise<void> {
    await this.#find(ref).held.interrupt();
  }

  async close(ref: ConversationRef): Promise<void> {
    await this.#find(ref).held.close();
  }

  /** Reads what is kept, then what comes, until it is closed. Whoever reads follows it. */
  read(
    ref: ConversationRef,
    { after, signal }: ConversationStreamOptions,
  ): RingReading<ConversationEvent> {
    const open = this.#find(ref);
    const { startId, events } = readRing(open, { after, from: 0, signal });
    return { startId, events: this.#follow(open, events) };
  }

  /** Closes all, for good. */
  async closeAll(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled([...this.#open.values()].map(({ held }) => held.close()));
  }

  async *#follow<Item>(open: Open, events: AsyncIterable<Item>): AsyncGenerator<Item> {
    open.readers += 1;
    clearTimeout(open.unfollowed);
    try {
      yield* events;
    } finally {
      open.readers -= 1;
      this.#restWhenUnfollowed(open);
    }
  }

  #hear(open: Open, event: ConversationEvent): void {
    open.ring.add(event);
    if (event.type === "ended") {
      open.messages.set(event.turnId, 0);
      this.#restWhenUnfollowed(open);
    }
    if (event.type !== "closed") return;
    clearTimeout(open.unfollowed);
    open.ring.close();
    if (this.#open.get(nameOf(open.held)) === open) this.#open.delete(nameOf(open.held));
  }

  // A client that died leaves no process behind that keeps a slot; a turn in progress may end.
  #restWhenUnfollowed(open: Open): void {
    if (open.readers > 0) return;
    clearTimeout(open.unfollowed);
    open.unfollowed = setTimeout(() => open.held.rest(), unfollowedTimeout);
    open.unfollowed.unref();
  }

  #waiting(): number {
    const sizes = [...this.#open.values()].flatMap(({ messages }) => [...messages.values()]);
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  #makeRoom(): void {
    if (this.#isClosed) {
      throw new FleetManagerError("The server is closing: no conversation is opened any more.", {
        code: "INVALID_STATE",
      });
    }
    // Those that were opened first go first.
    for (const [name, { held, readers }] of this.#open) {
      if (this.#open.size < mostOpen) return;
      if (readers === 0 && held.state === "resting") this.#open.delete(name);
    }
    if (this.#open.size >= mostOpen) throw tooMany(`${mostOpen} conversations are open`);
  }

  #find({ agentName, key }: ConversationRef): Open {
    // Of an agent that is not configured any more, it is still open by its full name.
    const open =
      this.#open.get(nameOf({ agentName, key })) ??
      this.#open.get(nameOf({ agentName: this.#fleet.getAgent(agentName).name, key }));
    if (open) return open;
    throw new FleetManagerError(
      `No conversation "${key}" with "${agentName}" is open: open it first.`,
      { code: "CONVERSATION_NOT_FOUND", context: { agentName, key } },
    );
  }
}

function nameOf({ agentName, key }: ConversationRef): string {
  return JSON.stringify([agentName, key]);
}

function toInfo(open: Open): ConversationInfo {
  const { agentName, key, state, sessionId, jobId } = open.held;
  return {
    agentName,
    key,
    state,
    ...(sessionId !== undefined && { sessionId }),
    ...(jobId !== undefined && { jobId }),
    lastEventId: lastIdOf(open),
  };
}

function checkSame(known: HeldConversation, wanted: HeldConversation): void {
  if (known.sessionId === wanted.sessionId) return;
  const { agentName, key, sessionId } = known;
  throw new FleetManagerError(
    `The conversation "${key}" with "${agentName}" is open with another session. Close it first, or ` +
      "choose another key.",
    { code: "INVALID_STATE", context: { agentName, key, sessionId } },
  );
}

function tooMany(reason: string): FleetManagerError {
  return new FleetManagerError(`${reason}: try again when there are fewer.`, {
    code: "TOO_MANY_REQUESTS",
  });
}
