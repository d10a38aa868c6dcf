import { FleetManagerError, messageOf } from "../../errors.ts";
import {
  type ConversationEvent,
  type ConversationTurn,
  type SendOptions,
  Turn,
  type TurnContent,
  type TurnResult,
} from "../../runner/turn.ts";
import { audited } from "../audit/audited.ts";
import { checkBudget } from "../budget.ts";
import { checkConversable } from "./check-conversable.ts";
import { checkUnsaid } from "./check-unsaid.ts";
import { ConversationRun, endOf } from "./conversation-run.ts";
import {
  conversationScope,
  type ConversationSession,
  findConversation,
} from "./conversation-session.ts";
import { endDeadConversations } from "./end-dead-conversations.ts";
import { InvalidStateError } from "../errors.ts";
import { type Fleet, findAgent } from "../fleet.ts";
import type { JobQueue } from "../job-queue.ts";

/** Options of {@link FleetManager.openConversation}. */
export interface ConversationOptions {
  /** Continues exactly this session, or the last one of the conversation with this key. */
  readonly resume?: string;
  /** Names the conversation: opened again with it, the conversation goes on (default: a new one). */
  readonly key?: string;
  /** Milliseconds without a turn after which the process ends and its slot is free (default 600,000). */
  readonly idleTimeout?: number;
  /** Told of everything, also of what Claude does between two turns; what it throws is logged. */
  readonly onEvent?: (event: ConversationEvent) => unknown;
  /** Closes the conversation. */
  readonly signal?: AbortSignal;
}

/**
 * Where a conversation stands. `resting`: without a process, which the next turn starts; `idle`: with
 * one that waits for a turn.
 */
export type ConversationState = "resting" | "queued" | "answering" | "idle" | "closed";

/** What a conversation takes of the fleet. */
interface Parts {
  readonly fleet: Fleet;
  readonly queue: Pick<JobQueue, "add">;
}

interface OpenedConversation extends Parts {
  readonly agentName: string;
  readonly session: ConversationSession;
  readonly options: ConversationOptions;
}

const defaultIdleTimeout = 600_000;

/** Opens a conversation; nothing runs before its first message. */
export async function openConversation(
  { fleet, queue }: Parts,
  agentName: string,
  options: ConversationOptions,
): Promise<Conversation> {
  const agent = findAgent(fleet.config, agentName);
  await checkConversable(fleet, agent);
  const session = await findConversation(fleet, agent, options);
  return new Conversation({ fleet, queue, agentName: agent.qualifiedName, session, options });
}

/**
 * A conversation with an agent: turn after turn in one Claude session. While there are turns it has a
 * live process, which is a job like any other; after a while without one it has none.
 */
export class Conversation implements AsyncDisposable {
  /** Qualified name. */
  readonly agentName: string;
  /** Opens the same conversation again, also after a restart. */
  readonly key: string;
  readonly #parts: Parts;
  readonly #options: ConversationOptions;
  readonly #session: ConversationSession;
  readonly #turns: Turn[] = [];
  readonly #said = new Set<string>();
  #current: Turn | undefined;
  #run: ConversationRun | undefined;
  #working: Promise<void> | undefined;
  #ended: Promise<void> | undefined;
  #idle: AbortController | undefined;
  #lastSign = 0;
  #isClosed = false;

  /** @internal */
  constructor({ options, session, agentName, ...parts }: OpenedConversation) {
    this.agentName = agentName;
    this.key = session.key;
    this.#parts = parts;
    this.#options = options;
    this.#session = session;
    // Whoever closes it, too, hears of it.
    const close = (): void => void this.close().catch(() => undefined);
    options.signal?.addEventListener("abort", close, { once: true });
    if (options.signal?.aborted) close();
  }

  /** Claude's session, once there is one. */
  get sessionId(): string | undefined {
    const { jobs, sessions } = this.#parts.fleet.store;
    const own = this.#run && jobs.get(this.#run.jobId)?.sessionId;
    const last = sessions.current(this.agentName, conversationScope(this.key))?.sessionId;
    return own ?? this.#session.resume ?? last;
  }

  /** The job of the live process, or of the one that is to be. */
  get jobId(): string | undefined {
    return this.#run?.isOpen ? this.#run.jobId : undefined;
  }

  get state(): ConversationState {
    if (this.#isClosed) return "closed";
    const turn = this.#current;
    if (turn && !turn.isOver) return turn.isStarted ? "answering" : "queued";
    return this.#run?.isOpen ? "idle" : "resting";
  }

  /**
   * Says something to the agent; the answer comes with what is returned. A message that is sent before
   * the last one is answered waits for that.
   *
   * @throws InvalidStateError when the conversation is closed or the fleet is stopped; `PROMPT_REQUIRED`
   */
  send(content: TurnContent, options: SendOptions = {}): ConversationTurn {
    if (!this.#mayGoOn()) {
      const state = this.#isClosed ? "closed" : this.#parts.fleet.lifecycle();
      throw new InvalidStateError("send a message", state, "that of an open conversation");
    }
    if (content.length === 0) {
      throw new FleetManagerError("A message needs some content.", { code: "PROMPT_REQUIRED" });
    }
    const turn = new Turn(content, options);
    void this.#audited("sendMessage", async () => {
      this.#turns.push(turn);
      this.#kick();
    });
    return turn;
  }

  /** Ends the turn in progress, and nothing else; resolves once it has ended. */
  async interrupt(): Promise<void> {
    await this.#audited("interruptConversation", async () => this.#run?.interrupt());
  }

  /** Ends the process of a conversation that is idle; the next turn starts another one. */
  rest(): void {
    if (this.state !== "idle") return;
    this.#idle?.abort();
    this.#run?.close();
  }

  /**
   * Ends the turn in progress, drops those that wait, and resolves once nothing is alive. The
   * conversation can be opened again by its key.
   */
  async close(): Promise<void> {
    const close = async (): Promise<void> => {
      this.#giveUp();
      await this.#run?.interrupt();
      this.#run?.close();
      await this.#end();
    };
    await (this.#isClosed ? close() : this.#audited("closeConversation", close));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #mayGoOn(): boolean {
    const state = this.#parts.fleet.lifecycle();
    return !this.#isClosed && (state === "initialized" || state === "running");
  }

  #kick(): void {
    this.#idle?.abort();
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
      if (this.#turns.length > 0) this.#kick();
      else this.#rest();
    });
  }

  async #work(): Promise<void> {
    for (let turn = this.#turns.shift(); turn; turn = this.#turns.shift()) {
      this.#current = turn;
      try {
        if (turn.isNamed) await this.#checkUnsaid(turn);
        await this.#answer(turn);
      } catch (error) {
        this.#endTurn(turn, this.#parts.fleet.redactor.value(failed(error)));
      }
      if (turn.isStarted) this.#said.add(turn.id);
      this.#current = undefined;
    }
  }

  async #checkUnsaid({ id }: Turn): Promise<void> {
    const { fleet } = this.#parts;
    const { agentName, sessionId } = this;
    await checkUnsaid(fleet, agentName, { id, sessionId, recent: this.#said });
  }

  async #answer(turn: Turn): Promise<void> {
    while (!turn.isOver) {
      const open = this.#run?.isOpen ? this.#run : undefined;
      const run = open ?? (await this.#start(turn));
      const answered = run.answer(turn);
      // Closed, or the fleet stopped, while the job was being stored.
      if (!this.#mayGoOn()) void run.interrupt();
      const ended = await answered;
      // A process that went away between two turns is replaced; one that never began says why.
      if (ended && !open) this.#endTurn(turn, { ...endOf(ended), turns: 0, costUsd: 0 });
    }
  }

  async #start(turn: Turn): Promise<ConversationRun> {
    const { fleet, queue } = this.#parts;
    // One process at a time, and what the last one used is counted.
    await this.#run?.over();
    const agent = findAgent(fleet.config, this.agentName);
    await checkConversable(fleet, agent);
    checkBudget(fleet, agent);
    await endDeadConversations(fleet);
    this.#run = new ConversationRun(fleet, {
      agent,
      session: this.#sessionNow(),
      first: turn,
      onEvent: (event) => this.#tell(event),
      onStop: () => this.#stop(),
    });
    await this.#run.start(queue);
    return this.#run;
  }

  // One that had to begin anew is what it goes on with.
  #sessionNow(): ConversationSession {
    const { sessionId } = this;
    const isGiven = this.#session.resume !== undefined && sessionId !== undefined;
    return isGiven ? { ...this.#session, resume: sessionId } : this.#session;
  }

  // The process ends when nobody has said anything for long, Claude's background tasks included.
  #rest(): void {
    const run = this.#run;
    if (!run?.isOpen) return;
    const idle = new AbortController();
    this.#idle = idle;
    this.#lastSign = this.#parts.fleet.clock.now();
    this.#closeWhenIdle(run, idle.signal).catch(() => undefined);
  }

  async #closeWhenIdle(run: ConversationRun, signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts.fleet;
    const timeout = this.#options.idleTimeout ?? defaultIdleTimeout;
    for (;;) {
      const left = this.#lastSign + timeout - clock.now();
      if (left <= 0) return run.close();
      await clock.sleep(left, signal);
    }
  }

  #stop(): void {
    this.#giveUp();
    this.#run?.close();
    // Whoever closes it, too, hears of it.
    this.#end().catch(() => undefined);
  }

  #end(): Promise<void> {
    return (this.#ended ??= this.#settle());
  }

  async #settle(): Promise<void> {
    // Asked now: when all is over, the store may be closed.
    const { key, sessionId } = this;
    try {
      await this.#working;
      await this.#run?.over();
    } finally {
      this.#tell({ type: "closed", key, ...(sessionId !== undefined && { sessionId }) });
    }
  }

  #giveUp(): void {
    this.#isClosed = true;
    this.#idle?.abort();
    const cause = { message: "The conversation was closed before Claude got this message." };
    for (const turn of this.#turns.splice(0)) {
      this.#endTurn(turn, {
        ...nothing,
        outcome: "cancelled",
        exitReason: "cancelled",
        error: cause,
      });
    }
  }

  #endTurn(turn: Turn, result: TurnResult): void {
    if (turn.isOver) return;
    turn.end(result);
    this.#tell({ type: "ended", turnId: turn.id, result });
  }

  #audited(operation: string, act: () => Promise<void>): Promise<void> {
    const { agentName, jobId } = this;
    return audited(this.#parts.fleet, { operation, agentName, jobId }, act);
  }

  #tell(event: ConversationEvent): void {
    const { clock, log } = this.#parts.fleet;
    this.#lastSign = clock.now();
    const report = (error: unknown): void =>
      log.error(`a listener of a conversation failed: ${messageOf(error)}`);
    try {
      const answer = this.#options.onEvent?.(event);
      if (answer instanceof Promise) answer.catch(report);
    } catch (error) {
      report(error);
    }
  }
}

const nothing = { text: "", turns: 0, costUsd: 0, permissionDenials: [] } as const;

function failed(error: unknown): TurnResult {
  const code = error instanceof FleetManagerError ? error.code : "INTERNAL";
  return {
    ...nothing,
    outcome: "failed",
    exitReason: code === "BUDGET_SPENT" ? "budget" : "error",
    error: { message: messageOf(error), code },
  };
}
