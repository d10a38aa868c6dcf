/** Kinds of line in `jobs/<id>.jsonl`. `other` keeps a message that this version does not know. */
export type OutputLineType =
  | "system"
  | "assistant"
  | "thinking"
  | "tool_use"
  | "tool_result"
  | "error"
  | "result"
  | "other";

/** What a job said or did, before it has its place in the file. */
export interface OutputEntry {
  readonly type: OutputLineType;
  /** Set on lines of a subagent: the id of the tool call that started it. */
  readonly parentToolUseId?: string;
  /** Uuid of Claude's message. */
  readonly uuid?: string;
  /** `system`: init, api_retry, …; `result`: success, error_max_turns, …. */
  readonly subtype?: string;
  /** Text of `assistant`, `thinking`, `tool_result`, `error`, `result`. */
  readonly text?: string;
  /** `tool_use` and `tool_result`. */
  readonly toolUseId?: string;
  readonly toolName?: string;
  readonly input?: unknown;
  /** `tool_result`: the tool reported failure. */
  readonly isError?: boolean;
  /** Facts of `system`, `result` and `other` lines. */
  readonly data?: unknown;
}

/** One line of `jobs/<id>.jsonl`. */
export interface OutputLine extends OutputEntry {
  /** 1-based, without gaps. */
  readonly seq: number;
  /** ISO-8601 UTC with milliseconds. */
  readonly timestamp: string;
  readonly attempt: number;
}
