import { type OutputLine, renderOutput } from "@herdctl/core";

/** A tool call in a line, and how it went. */
export interface ToolCall {
  readonly text: string;
  readonly outcome: "ok" | "failed" | "unknown";
  /** First line of what a failed call said. */
  readonly message?: string;
}

/** The last `count` tool calls of an output, oldest first. */
export function lastToolCalls(lines: readonly OutputLine[], count: number): readonly ToolCall[] {
  const results = new Map(
    lines
      .filter((line) => line.type === "tool_result")
      .map((line) => [line.toolUseId, line] as const),
  );
  return lines
    .filter((line) => line.type === "tool_use")
    .slice(-count)
    .map((line) => toToolCall(line, results.get(line.toolUseId)));
}

function toToolCall(call: OutputLine, result: OutputLine | undefined): ToolCall {
  const text = renderOutput(call).trim();
  if (!result) return { text, outcome: "unknown" };
  if (!result.isError) return { text, outcome: "ok" };
  const [message = ""] = renderOutput(result)
    .replace(/^\s*(?:│\s*)?✗?\s*/, "")
    .split("\n");
  return { text, outcome: "failed", message: message.trim() };
}
