import type { SDKMessage, SDKUserMessage } from "@anthropic-ai/claude-agent-sdk";

/**
 * What a session is asked that goes on with the tool call at which it was put off: nothing. Claude Code
 * makes that call before it knows the MCP servers that the SDK hands to it. It then tells that the tool
 * is not available, as a result; asked to go on, it makes the call again, and by then knows them.
 */
export class ResumedCall {
  readonly #first: PromiseWithResolvers<"made" | "unavailable"> = Promise.withResolvers();
  #isAsked = false;

  /** The turns of the session; they end with its first result. */
  async *prompt(): AsyncGenerator<SDKUserMessage> {
    if ((await this.#first.promise) === "unavailable") yield goOn;
  }

  /** Tells whether a message is of no meaning to anybody else. */
  takes(message: SDKMessage): boolean {
    if (message.type !== "result" || this.#isAsked) return false;
    this.#isAsked = true;
    const isEarly = message.terminal_reason === "tool_deferred_unavailable";
    this.#first.resolve(isEarly ? "unavailable" : "made");
    return isEarly;
  }

  /** There will be no further message. */
  end(): void {
    this.#first.resolve("made");
  }
}

const goOn: SDKUserMessage = {
  type: "user",
  // Claude Code's own words where a session goes on by itself.
  message: { role: "user", content: "Continue from where you left off." },
  parent_tool_use_id: null,
};
