import type { Message } from "./messages.ts";

/** A request for a message, as the stand-in understood it. */
export interface ModelRequest {
  /** `main` and `subagent` follow scripts; `side` is Claude Code's own housekeeping. */
  readonly kind: "main" | "subagent" | "side";
  readonly model: string;
  readonly system: string;
  readonly messages: readonly Message[];
  /** Names of the tools on offer. */
  readonly tools: readonly string[];
  readonly stream: boolean;
  readonly sessionId?: string;
  readonly agentName?: string;
  /** Without credentials. */
  readonly headers: Readonly<Record<string, string>>;
  /** What was said last by the human, or by the agent that started this subagent. */
  readonly prompt: string;
  /** Where the script came from. */
  readonly script: "prompt" | "agent" | "fallback" | "none";
  /** Index of the answer in its script, from 0. */
  readonly answer: number;
  /** What went out: `message`, `cut`, or the fault in its place, such as `error 529`. */
  readonly outcome: string;
  /** Why the script could not be followed; the answer then says so too. */
  readonly problem?: string;
}

const kept = 1_000;

/** Keeps the last requests and lets callers wait for one. */
export class RequestLog {
  readonly requests: ModelRequest[] = [];
  readonly #waiting = new Set<{
    readonly predicate: (request: ModelRequest) => boolean;
    readonly settle: (result: ModelRequest | Error) => void;
  }>();

  add(request: ModelRequest): void {
    this.requests.push(request);
    if (this.requests.length > kept) this.requests.shift();
    for (const { predicate, settle } of this.#waiting) {
      if (predicate(request)) settle(request);
    }
  }

  waitFor(predicate: (request: ModelRequest) => boolean, timeoutMs: number): Promise<ModelRequest> {
    const seen = this.requests.find(predicate);
    if (seen) return Promise.resolve(seen);
    const { promise, resolve, reject } = Promise.withResolvers<ModelRequest>();
    const settle = (result: ModelRequest | Error): void => {
      clearTimeout(timer);
      this.#waiting.delete(waiter);
      if (result instanceof Error) reject(result);
      else resolve(result);
    };
    const waiter = { predicate, settle };
    const timer = setTimeout(() => {
      settle(
        new Error(`No such request within ${timeoutMs} ms; there were ${this.requests.length}.`),
      );
    }, timeoutMs);
    this.#waiting.add(waiter);
    return promise;
  }

  close(): void {
    for (const { settle } of this.#waiting) settle(new Error("The model server was closed."));
  }
}
