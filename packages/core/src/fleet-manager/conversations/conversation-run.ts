import type { ResolvedAgent } from "../../config/resolved.ts";
import { messageOf } from "../../errors.ts";
import { createJobId } from "../../ids.ts";
import type { ConversationEvent, Turn, TurnContent, TurnResult } from "../../runner/turn.ts";
import { TurnFeed, type Turns } from "../../runner/turn-feed.ts";
import type { JobRecord } from "../../state/job-record.ts";
import type { NewJob } from "../../state/store.ts";
import { cancelJob, waitForEnd } from "../control.ts";
import {
  type ConversationSession,
  planConversation,
  saveConversation,
} from "./conversation-session.ts";
import type { Fleet } from "../fleet.ts";
import type { JobQueue } from "../job-queue.ts";
import type { LiveConversation } from "./live-conversation.ts";
import { storeJob } from "../trigger.ts";

/** What a run of a conversation begins with. */
export interface RunPlan {
  readonly agent: ResolvedAgent;
  readonly session: ConversationSession;
  readonly first: Turn;
  readonly onEvent: (event: ConversationEvent) => void;
  readonly onStop: () => void;
}

/** One job of a conversation: a live Claude that takes turns until it is closed. */
export class ConversationRun implements LiveConversation {
  readonly jobId: string;
  readonly #fleet: Fleet;
  readonly #plan: RunPlan;
  readonly #feed: TurnFeed;
  #ended: Promise<JobRecord> | undefined;
  #turn: Turn | undefined;
  #isOver = false;
  #isSaved = false;

  constructor(fleet: Fleet, plan: RunPlan) {
    this.jobId = createJobId(fleet.clock.now());
    this.#fleet = fleet;
    this.#plan = plan;
    this.#feed = new TurnFeed({
      jobId: this.jobId,
      redactor: () => fleet.redactor,
      onEvent: (event) => this.#hear(event),
    });
  }

  get turns(): Turns {
    return this.#feed;
  }

  /** Takes turns, or will. */
  get isOpen(): boolean {
    return !this.#isOver && !this.#feed.isClosed;
  }

  /** Stores the job and has it admitted. */
  async start(queue: Pick<JobQueue, "add">): Promise<void> {
    const { conversations } = this.#fleet;
    conversations.set(this.jobId, this);
    try {
      await storeJob(this.#fleet, await newJob(this.#fleet, this.jobId, this.#plan));
    } catch (error) {
      conversations.delete(this.jobId);
      throw error;
    }
    this.#ended = this.#followToEnd();
    // Whoever waits for it hears of it.
    this.#ended.catch(() => undefined);
    queue.add(this.jobId);
  }

  /** Resolves once nothing of the run is alive. */
  async over(): Promise<void> {
    await this.#ended;
  }

  /**
   * Has a turn answered. Resolves with `undefined` when it is over, with the job when that ended before
   * Claude got the turn.
   */
  async answer(turn: Turn): Promise<JobRecord | undefined> {
    this.#turn = turn;
    const { clock } = this.#fleet;
    const { timeout } = this.#plan.agent;
    const answered = new AbortController();
    if (timeout !== undefined) {
      void turn.started
        .then(() => clock.sleep(timeout, answered.signal))
        .then(
          () => this.#feed.expire(),
          () => undefined,
        );
    }
    this.#feed.ask(turn);
    try {
      await Promise.race([turn.result, this.#ended]);
      // A turn that spent what was left of the job's budget leaves nothing for the next one.
      if (turn.isOver && (await turn.result).exitReason === "budget") this.close();
      return turn.isOver ? undefined : await this.#ended;
    } finally {
      answered.abort();
      this.#turn = undefined;
    }
  }

  /** Ends the turn in progress; a run that has not begun yet is given up. */
  async interrupt(): Promise<void> {
    const turn = this.#turn;
    if (!turn) return;
    if (!turn.isStarted) return this.#cancel("user");
    await this.#feed.interrupt().catch(() => undefined);
    const enough = new AbortController();
    const late = this.#fleet.clock.sleep(interruptDeadline, enough.signal).then(
      () => this.#cancel("user"),
      () => undefined,
    );
    await Promise.race([turn.result, late]);
    enough.abort();
  }

  /** Ends the run once no turn is in progress. */
  close(): void {
    this.#feed.close();
    if (this.#turn && !this.#turn.isStarted) void this.#cancel("user");
  }

  onQueued(position: number): void {
    const { first } = this.#plan;
    const queued = { type: "queued", turnId: first.id, jobId: this.jobId, position } as const;
    this.#hear(queued);
    first.add(queued);
  }

  onStop(): void {
    this.#plan.onStop();
  }

  async #followToEnd(): Promise<JobRecord> {
    try {
      const record = await waitForEnd(this.#fleet, this.jobId);
      this.#feed.settle(endOf(record));
      return record;
    } finally {
      this.#isOver = true;
      this.#fleet.conversations.delete(this.jobId);
    }
  }

  async #cancel(cause: string): Promise<void> {
    try {
      await cancelJob(this.#fleet, this.jobId, cause);
    } catch {
      // It is over.
    }
  }

  #hear(event: ConversationEvent): void {
    this.#plan.onEvent(event);
    // From here on there is a transcript to resume; and its last use is what expiry counts from.
    const isWork = event.type === "line" && workTypes.has(event.line.type);
    if (event.type === "ended" || (isWork && !this.#isSaved)) this.#save();
  }

  #save(): void {
    this.#isSaved = true;
    const { store, log } = this.#fleet;
    const job = store.jobs.get(this.jobId);
    if (!job) return;
    const { agent, session } = this.#plan;
    saveConversation(this.#fleet, { job, agent }, session).catch((error: unknown) =>
      log.error(`cannot store the session of a conversation: ${messageOf(error)}`, {
        jobId: this.jobId,
      }),
    );
  }
}

/** How a turn ended that Claude told no result of. */
export function endOf(record: JobRecord): TurnResult {
  const { status, exitReason = "error", error } = record;
  const end = {
    text: "",
    turns: record.turns ?? 0,
    costUsd: record.costUsd ?? 0,
    permissionDenials: [],
  };
  // The turn before was the last that the job knows of.
  if (status === "completed") {
    return { ...end, outcome: "failed", exitReason: "interrupted", error: { message: unanswered } };
  }
  const outcome = status === "cancelled" ? "cancelled" : "failed";
  return { ...end, outcome, exitReason, ...(error && { error }) };
}

const unanswered = "Claude ended before it could answer.";

// Claude ends a turn within a fraction of a second.
const interruptDeadline = 10_000;

const workTypes: ReadonlySet<string> = new Set(["assistant", "thinking", "tool_use", "error"]);

async function newJob(
  fleet: Fleet,
  id: string,
  { agent, session, first }: RunPlan,
): Promise<NewJob> {
  const { session: begin, note } = await planConversation(fleet, agent, session);
  return {
    id,
    agentName: agent.qualifiedName,
    trigger: "chat",
    prompt: textOf(first.content),
    conversation: { key: session.key, node: fleet.node },
    priority: agent.priority,
    runtime: agent.runtime,
    workingDirectory: agent.workingDirectory,
    session: begin,
    ...(note !== undefined && { sessionNote: note }),
    ...(agent.maxTurns !== undefined && { maxTurns: agent.maxTurns }),
  };
}

function textOf(content: TurnContent): string {
  if (typeof content === "string") return content;
  return content
    .map((block) => (block.type === "text" ? block.text : `[${block.type}]`))
    .join("\n");
}
