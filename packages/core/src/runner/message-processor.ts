import type {
  SDKAssistantMessage,
  SDKMessage,
  SDKUserMessage,
} from "@anthropic-ai/claude-agent-sdk";
import type { OutputEntry } from "../state/output-line.ts";
import { isOwn } from "./own-message.ts";

type AssistantBlock = SDKAssistantMessage["message"]["content"][number];
type UserBlock = Exclude<SDKUserMessage["message"]["content"], string>[number];
type ResultMessage = Extract<SDKMessage, { type: "result" }>;
type SystemMessage = Extract<SDKMessage, { type: "system" }>;

/**
 * Turns one message of Claude Code into the lines that the job's output keeps. A kind of message that
 * this version does not know is kept whole; only heartbeats and pieces of later messages are left out.
 */
export function toOutputEntries(message: SDKMessage): readonly OutputEntry[] {
  switch (message.type) {
    case "assistant":
      return assistantEntries(message);
    case "user":
      return userEntries(message);
    case "result":
      return [resultEntry(message)];
    case "system":
      // An estimate several times a second.
      return message.subtype === "thinking_tokens" ? [] : [systemEntry(message)];
    case "rate_limit_event":
      return [
        { ...idOf(message), type: "system", subtype: "rate_limit", data: message.rate_limit_info },
      ];
    case "stream_event":
    case "tool_progress":
      return [];
    default:
      return [otherEntry(message)];
  }
}

function assistantEntries(message: SDKAssistantMessage): readonly OutputEntry[] {
  const origin = originOf(message);
  if (message.error !== undefined) {
    const text = message.message.content.map((block) => (block.type === "text" ? block.text : ""));
    return [{ ...origin, type: "error", subtype: message.error, text: text.join("") }];
  }
  return message.message.content.map((block) => ({ ...origin, ...assistantBlock(block) }));
}

function assistantBlock(block: AssistantBlock): OutputEntry {
  switch (block.type) {
    case "text":
      return { type: "assistant", text: block.text };
    case "thinking":
      return { type: "thinking", text: block.thinking };
    case "tool_use":
    case "server_tool_use":
    case "mcp_tool_use":
      return { type: "tool_use", toolUseId: block.id, toolName: block.name, input: block.input };
    default:
      return { type: "other", subtype: block.type, data: block };
  }
}

function userEntries(message: Extract<SDKMessage, { type: "user" }>): readonly OutputEntry[] {
  const { content } = message.message;
  const blocks: readonly UserBlock[] =
    typeof content === "string" ? [{ type: "text", text: content }] : content;
  return blocks.map((block) => ({ ...originOf(message), ...userBlock(block) }));
}

function userBlock(block: UserBlock): OutputEntry {
  if (block.type === "tool_result") {
    return {
      type: "tool_result",
      toolUseId: block.tool_use_id,
      text: textOf(block.content),
      isError: block.is_error ?? false,
    };
  }
  // What Claude Code itself, or a subagent's parent, puts into the conversation.
  if (block.type === "text") return { type: "system", subtype: "user_message", text: block.text };
  return { type: "other", subtype: block.type, data: block };
}

function textOf(content: Extract<UserBlock, { type: "tool_result" }>["content"]): string {
  if (content === undefined) return "";
  if (typeof content === "string") return content;
  return content.map((part) => (part.type === "text" ? part.text : `[${part.type}]`)).join("\n");
}

function resultEntry(message: ResultMessage): OutputEntry {
  return {
    ...idOf(message),
    type: "result",
    subtype: message.subtype,
    text: message.subtype === "success" ? message.result : message.errors.join("\n"),
    isError: message.is_error,
    data: {
      turns: message.num_turns,
      durationMs: message.duration_ms,
      costUsd: message.total_cost_usd,
      stopReason: message.stop_reason,
      ...(message.terminal_reason !== undefined && { terminalReason: message.terminal_reason }),
      ...(message.permission_denials.length > 0 && {
        permissionDenials: message.permission_denials,
      }),
      ...("structured_output" in message && { structuredOutput: message.structured_output }),
    },
  };
}

function systemEntry(message: SystemMessage): OutputEntry {
  const data = systemFacts(message);
  return { ...idOf(message), type: "system", subtype: message.subtype, ...wordsOf(message), data };
}

/** What is not Claude's but herdctl's to say is for people to read. */
function wordsOf(message: SystemMessage): { readonly text?: string } {
  if (!isOwn(message.subtype) || !("text" in message)) return {};
  return typeof message.text === "string" ? { text: message.text } : {};
}

/** Fields of every message, which the line has in its own way. */
const envelope: ReadonlySet<string> = new Set(["type", "subtype", "uuid", "session_id"]);

function systemFacts(message: SystemMessage): unknown {
  if (message.subtype !== "init") {
    const words = wordsOf(message);
    return Object.fromEntries(
      Object.entries(message).filter(([key]) => !envelope.has(key) && !Object.hasOwn(words, key)),
    );
  }
  return {
    sessionId: message.session_id,
    model: message.model,
    cwd: message.cwd,
    permissionMode: message.permissionMode,
    tools: message.tools,
    mcpServers: message.mcp_servers,
    version: message.claude_code_version,
  };
}

function otherEntry(message: SDKMessage): OutputEntry {
  return { ...idOf(message), type: "other", subtype: message.type, data: message };
}

function originOf(message: {
  readonly uuid?: string;
  readonly parent_tool_use_id: string | null;
}): Pick<OutputEntry, "uuid" | "parentToolUseId"> {
  return {
    ...idOf(message),
    ...(message.parent_tool_use_id !== null && { parentToolUseId: message.parent_tool_use_id }),
  };
}

function idOf(message: { readonly uuid?: string }): Pick<OutputEntry, "uuid"> {
  return message.uuid === undefined ? {} : { uuid: message.uuid };
}
