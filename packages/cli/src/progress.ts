import { formatDuration, type OutputLine } from "@herdctl/core";
import { formatCount } from "./terminal/format.ts";

/** How far a running job has come, as its output tells. */
export class Progress {
  #startedAt: number | undefined;
  #turns = 0;
  #toolCalls = 0;
  #isClaudeSpeaking = false;

  add({ type, timestamp, parentToolUseId }: OutputLine): void {
    this.#startedAt ??= Date.parse(timestamp);
    if (type === "tool_use") this.#toolCalls += 1;
    // What a subagent does is part of its parent's turn.
    if (parentToolUseId !== undefined) return;
    const isClaude = type === "assistant" || type === "thinking" || type === "tool_use";
    if (isClaude && !this.#isClaudeSpeaking) this.#turns += 1;
    if (isClaude || type === "tool_result") this.#isClaudeSpeaking = isClaude;
  }

  /** One line: `turn 3 · 2 tool calls · 14s …`. */
  describe(now: number): string {
    if (this.#startedAt === undefined) return "waiting for the first message …";
    const seconds = Math.max(0, Math.floor((now - this.#startedAt) / 1_000));
    const parts = [
      `turn ${Math.max(1, this.#turns)}`,
      formatCount(this.#toolCalls, "tool call"),
      seconds < 60 ? `${seconds}s` : formatDuration(seconds * 1_000),
    ];
    return `${parts.join(" · ")} …`;
  }
}
