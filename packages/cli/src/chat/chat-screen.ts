import { type ConversationEvent, type OutputLine, plainText } from "@herdctl/core";
import { paintLine } from "../render/output-line.ts";
import type { Output } from "../terminal/output.ts";
import type { JoinedEvent } from "./joined-conversation.ts";

/** Shows a conversation as it happens: Claude's words as they come, tool calls in between. */
export class ChatScreen {
  readonly #output: Output;
  #isLineOpen = false;
  #isAsking = false;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Shows that it is the person's turn. */
  ask(): void {
    this.#endLine();
    if (this.#output.isTerminal) this.#write(this.#output.style("bold", "> "));
    this.#isAsking = true;
  }

  /** The person has ended their line. */
  hear(): void {
    this.#isLineOpen = false;
    this.#isAsking = false;
  }

  /** Tells something that is no part of what is said. */
  note(text: string): void {
    this.#endLine();
    this.#output.note(text);
  }

  show(event: JoinedEvent): void {
    const dim = (text: string): string => this.#output.style("dim", text);
    switch (event.type) {
      case "queued":
        return this.note(dim(`Queued at position ${event.position} …`));
      case "text":
        return this.#write(plainText(event.text));
      case "line":
        return this.#showLine(event.line);
      case "ended":
        if (event.result.outcome === "completed") return this.#endLine();
        return this.note(dim(describeEnd(event.result)));
      case "gap":
        return this.note(dim("What was said meanwhile is not shown here."));
      default:
    }
  }

  #showLine(line: OutputLine): void {
    const isSaid = line.type === "assistant" && line.parentToolUseId === undefined;
    if (isSaid) return this.#endLine();
    // The person has just written it; and how the turn went is told at its end.
    if (line.subtype === "user_message" || line.type === "result") return;
    const text = paintLine(line, this.#output);
    if (text === "") return;
    this.#endLine();
    this.#write(text);
  }

  #write(text: string): void {
    if (text === "") return;
    // What Claude says of itself begins below the prompt.
    const isBelow = this.#isAsking && this.#isLineOpen;
    this.#isAsking = false;
    this.#output.write(isBelow && text !== "\n" ? `\n${text}` : text);
    this.#isLineOpen = !text.endsWith("\n");
  }

  #endLine(): void {
    if (this.#isLineOpen) this.#write("\n");
  }
}

function describeEnd({
  outcome,
  error,
}: Extract<ConversationEvent, { type: "ended" }>["result"]): string {
  return outcome === "failed" && error ? `failed: ${error.message.trimEnd()}` : outcome;
}
