/**
 * What the stand-in answers, in order. Thinking, text and waits collect into one message, which ends
 * at a tool call, at `stop`, at `cut` or at the end of the script, as a model's message does.
 */
export type Script = readonly ScriptStep[];

/** One step of a {@link Script}, told apart by its first key. */
export type ScriptStep =
  | TextStep
  | ThinkingStep
  | ToolStep
  | ToolsStep
  | SubagentStep
  | StructuredStep
  | WaitStep
  | StopStep
  | CutStep
  | RepeatStep
  | ErrorStep
  | FaultStep;

/** Facts of the message that a step belongs to; the last step of a message that names one wins. */
export interface MessageFacts {
  readonly usage?: TokenUsage;
  /** Response headers, such as the unified rate-limit ones. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Tokens that a message reports; Claude Code makes the cost of them. */
export interface TokenUsage {
  readonly input?: number;
  readonly output?: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
}

/** How text is delivered: in `chunks` pieces, `every` milliseconds apart. */
export interface Pace {
  readonly chunks?: number;
  readonly every?: number;
}

/** Visible text. */
export interface TextStep extends MessageFacts, Pace {
  readonly text: string;
}

/** A thinking block. */
export interface ThinkingStep extends MessageFacts, Pace {
  readonly thinking: string;
}

/** One call of a tool that Claude Code really executes; ends the message. */
export interface ToolStep extends MessageFacts {
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Several tool calls in one message; ends it. */
export interface ToolsStep extends MessageFacts {
  readonly tools: readonly ToolCall[];
}

/** One call in a {@link ToolsStep}: a tool, or a subagent. */
export type ToolCall = Omit<ToolStep, keyof MessageFacts> | Omit<SubagentStep, keyof MessageFacts>;

/** Starts a subagent that follows a script of its own; ends the message. */
export interface SubagentStep extends MessageFacts {
  /** What Claude Code shows as the subagent's task. */
  readonly subagent: string;
  readonly script: Script;
  /** Agent definition (default `general-purpose`). */
  readonly type?: string;
  /** The parent goes on while the subagent works (default `false`). */
  readonly background?: boolean;
}

/** The answer to a request for structured output; ends the message. */
export interface StructuredStep extends MessageFacts {
  readonly structured: Readonly<Record<string, unknown>>;
}

/** Silence in the middle of the stream: milliseconds, or until the client goes away. */
export interface WaitStep {
  readonly wait: number | "forever";
}

/** Why a message ends. */
export type StopReason = "end_turn" | "max_tokens" | "stop_sequence" | "refusal";

/** Ends the message with this reason; alone it is an empty answer. */
export interface StopStep extends MessageFacts {
  readonly stop: StopReason;
}

/** Ends the message before its end. */
export interface CutStep {
  /**
   * Where: after the message's blocks (`blocks`) or after this many bytes, by dropping the connection;
   * or after its blocks by ending the stream in good order as if that were all (`unfinished`).
   */
  readonly cut: "blocks" | "unfinished" | number;
  /** How often the same message is cut when Claude Code asks for it again (default 1). */
  readonly times?: Times;
}

/** Repeats messages: `times`, or for ever. */
export interface RepeatStep {
  readonly repeat: Script;
  readonly times?: number;
}

/** How often something goes wrong before the script goes on. */
export type Times = number | "always";

/** An HTTP error in place of the next message. */
export interface ErrorStep {
  /** HTTP status, such as 401, 429 or 529. */
  readonly error: number;
  readonly times?: Times;
  /** API error type (default: the usual one of the status). */
  readonly type?: string;
  readonly message?: string;
  /** Such as `{"retry-after": "120"}` or `{"x-should-retry": "false"}`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A broken transport in place of the next message: `reset` drops the connection before an answer,
 * `malformed` sends events that are not JSON, `empty_stream` none at all, `error_event` an API error
 * inside the stream, `html` a web page as a proxy would.
 */
export interface FaultStep {
  readonly fault: FaultName;
  readonly times?: Times;
}

/** Name of a {@link FaultStep}. */
export type FaultName = "reset" | "malformed" | "empty_stream" | "error_event" | "html";
