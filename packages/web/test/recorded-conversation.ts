import type {
  AgentInfo,
  ConversationEvent,
  ConversationOptions,
  ConversationState,
  ConversationTurn,
  SendOptions,
  TurnContent,
  TurnResult,
} from "@herdctl/core";
import type { HeldConversation } from "../src/index.ts";
import { RecordedInstaller } from "./recorded-installer.ts";

type Calls = RecordedInstaller["calls"];

/** How the turns of a {@link RecordedConversation} end. */
export const recordedResult: TurnResult = {
  outcome: "failed",
  exitReason: "denied",
  text: "Well …",
  turns: 2,
  costUsd: 0.25,
  permissionDenials: [{ toolName: "Bash", toolUseId: "t1", input: { command: "date" } }],
  error: { message: "It was refused.", code: "RUNNER_ERROR" },
};

/** A conversation that says and does what a test tells it to. */
export class RecordedConversation implements HeldConversation {
  readonly agentName: string;
  readonly key: string;
  readonly sessionId: string;
  readonly jobId = "job-7";
  state: ConversationState = "resting";
  readonly #calls: Calls;
  readonly #onEvent: ConversationOptions["onEvent"];

  constructor(agentName: string, options: ConversationOptions, calls: Calls) {
    this.agentName = agentName;
    this.key = options.key ?? "key-1";
    this.#onEvent = options.onEvent;
    this.#calls = calls;
    this.sessionId = options.resume ?? "5f0c1f8e-0000";
  }

  tell(event: ConversationEvent): void {
    this.#onEvent?.(event);
  }

  send(content: TurnContent, options: SendOptions = {}): ConversationTurn {
    this.#calls.push({ name: "send", args: [content, options] });
    this.state = "answering";
    const id = options.id ?? "0199f7a2-0000-7000-8000-000000000001";
    return {
      id,
      result: Promise.resolve(recordedResult),
      async *[Symbol.asyncIterator]() {},
    };
  }

  async interrupt(): Promise<void> {
    this.#calls.push({ name: "interrupt", args: [] });
  }

  rest(): void {
    this.#calls.push({ name: "rest", args: [] });
    this.state = "resting";
  }

  async close(): Promise<void> {
    this.#calls.push({ name: "close", args: [] });
    this.state = "closed";
    this.tell({ type: "closed", key: this.key, sessionId: this.sessionId });
  }
}

/** The part of a fleet of recorded facts that holds conversations. */
export abstract class RecordedHost extends RecordedInstaller {
  readonly conversations: RecordedConversation[] = [];

  abstract getAgent(agentName: string): AgentInfo;

  async openConversation(
    agentName: string,
    options: ConversationOptions = {},
  ): Promise<RecordedConversation> {
    const { onEvent: _, ...rest } = options;
    this.calls.push({ name: "openConversation", args: [agentName, rest] });
    const { name } = this.getAgent(agentName);
    const conversation = new RecordedConversation(name, options, this.calls);
    this.conversations.push(conversation);
    return conversation;
  }
}
