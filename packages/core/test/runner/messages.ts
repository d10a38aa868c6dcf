import type { SDKMessage } from "@anthropic-ai/claude-agent-sdk";

/** A message as it comes over the wire, known to this version or not. */
export function wire(message: Readonly<Record<string, unknown>>): SDKMessage {
  return JSON.parse(JSON.stringify({ uuid: "uuid-1", session_id: "session-1", ...message }));
}

export const init = (changes: object = {}): SDKMessage =>
  wire({ type: "system", subtype: "init", apiKeySource: "ANTHROPIC_API_KEY", ...changes });

export const assistant = (content: readonly object[], changes: object = {}): SDKMessage =>
  wire({ type: "assistant", message: { content }, parent_tool_use_id: null, ...changes });

export const says = (text: string): SDKMessage => assistant([{ type: "text", text }]);

export const toolResult = (id: string, isError = false, changes: object = {}): SDKMessage =>
  wire({
    type: "user",
    message: {
      content: [{ type: "tool_result", tool_use_id: id, content: "out", is_error: isError }],
    },
    parent_tool_use_id: null,
    ...changes,
  });

export const apiRetry = (status: number | null, attempt = 1, error = "unknown"): SDKMessage =>
  wire({ type: "system", subtype: "api_retry", error_status: status, error, attempt });

export const wireUsage = (inputTokens: number, costUSD: number): object => ({
  inputTokens,
  outputTokens: 1,
  cacheReadInputTokens: 2,
  cacheCreationInputTokens: 3,
  costUSD,
});

export const result = (changes: object = {}): SDKMessage =>
  wire({
    type: "result",
    subtype: "success",
    is_error: false,
    result: "Done.",
    stop_reason: "end_turn",
    terminal_reason: "completed",
    num_turns: 1,
    duration_ms: 5,
    total_cost_usd: 0.5,
    modelUsage: { opus: wireUsage(10, 0.5) },
    permission_denials: [],
    ...changes,
  });

export const failure = (
  subtype: string,
  errors: readonly string[],
  changes: object = {},
): SDKMessage =>
  result({
    subtype,
    is_error: true,
    result: undefined,
    errors,
    terminal_reason: undefined,
    ...changes,
  });

export const denial = (id: string): object => ({
  tool_name: "Bash",
  tool_use_id: id,
  tool_input: { command: "rm" },
});

export const backgroundTasks = (...tasks: readonly object[]): SDKMessage =>
  wire({ type: "system", subtype: "background_tasks_changed", tasks });

export const taskStopped = (summary: string): SDKMessage =>
  wire({ type: "system", subtype: "task_notification", task_id: "t", status: "stopped", summary });
