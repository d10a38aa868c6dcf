import type { Span } from "@opentelemetry/api";
import type { OutputLine } from "../../state/output-line.ts";
import { toolAttributes, turnAttributes } from "./attributes.ts";
import type { Spans } from "./spans.ts";

interface Turn {
  readonly span: Span;
  /** When the last result of its tools came, milliseconds. */
  answeredAt?: number;
}

/**
 * The turns of one run of a job, and the tool calls in each, from the lines of its output. A turn is an
 * answer of the model with the calls that it makes: it begins when the model is asked, and ends with
 * the last result of its calls.
 */
export class RunSpans {
  readonly #spans: Spans;
  readonly #run: Span;
  readonly #tools = new Map<string, Span>();
  #turn: Turn | undefined;
  #turns = 0;
  #askedAt: number;
  #model: string | undefined;

  constructor(spans: Spans, run: Span, startedAt: number) {
    this.#spans = spans;
    this.#run = run;
    this.#askedAt = startedAt;
  }

  /** Takes the next line. */
  add(line: OutputLine): void {
    const at = Date.parse(line.timestamp);
    switch (line.type) {
      case "system":
        return this.#hearSystem(line, at);
      case "assistant":
      case "thinking":
        return void this.#turnFor(line);
      case "tool_use":
        return this.#beginTool(line, at);
      case "tool_result":
        return this.#endTool(line, at);
      case "error":
        return this.#fail(line);
      case "result":
        return this.#endTurn(at);
      default:
        return undefined;
    }
  }

  /** Ends what is open: nobody hears of its end any more. */
  close(at: number): void {
    for (const span of this.#tools.values()) {
      this.#spans.fail(span, "no_result");
      span.end(at);
    }
    this.#tools.clear();
    this.#endTurn(at);
  }

  #hearSystem({ subtype, data }: OutputLine, at: number): void {
    // The next message of a conversation.
    if (subtype === "user_message" && !this.#turn) this.#askedAt = at;
    if (subtype !== "init" || typeof data !== "object" || data === null) return;
    if ("model" in data && typeof data.model === "string") {
      this.#model = data.model;
      this.#run.setAttribute("gen_ai.request.model", data.model);
    }
  }

  /** The turn that a line is said in; what a subagent says is part of the call that started it. */
  #turnFor({ parentToolUseId }: OutputLine): Span {
    const caller = parentToolUseId === undefined ? undefined : this.#tools.get(parentToolUseId);
    if (caller) return caller;
    if (parentToolUseId !== undefined) return this.#turn?.span ?? this.#run;
    if (this.#turn?.answeredAt !== undefined) this.#endTurn(this.#turn.answeredAt);
    this.#turn ??= this.#beginTurn();
    return this.#turn.span;
  }

  #beginTurn(): Turn {
    this.#turns += 1;
    const span = this.#spans.begin({
      name: this.#model === undefined ? "chat" : `chat ${this.#model}`,
      kind: "client",
      attributes: turnAttributes(this.#turns, this.#model),
      at: this.#askedAt,
      parent: this.#run,
    });
    return { span };
  }

  #endTurn(at: number): void {
    this.#turn?.span.end(at);
    this.#turn = undefined;
    this.#askedAt = at;
  }

  #beginTool(line: OutputLine, at: number): void {
    const { toolUseId, toolName = "tool" } = line;
    const parent = this.#turnFor(line);
    if (toolUseId === undefined) return;
    const span = this.#spans.begin({
      name: `execute_tool ${toolName}`,
      kind: "internal",
      attributes: toolAttributes(toolName, toolUseId),
      at,
      parent,
    });
    this.#tools.set(toolUseId, span);
  }

  #endTool({ toolUseId = "", isError = false, parentToolUseId }: OutputLine, at: number): void {
    const span = this.#tools.get(toolUseId);
    if (span && isError) this.#spans.fail(span, "tool_error");
    span?.end(at);
    this.#tools.delete(toolUseId);
    if (this.#turn && parentToolUseId === undefined) this.#turn.answeredAt = at;
  }

  #fail(line: OutputLine): void {
    this.#spans.fail(this.#turnFor(line), line.subtype ?? "error", line.text);
  }
}
