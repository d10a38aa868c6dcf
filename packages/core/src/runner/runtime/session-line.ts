import type {
  SDKAssistantMessage,
  SDKMessage,
  SDKUserMessage,
} from "@anthropic-ai/claude-agent-sdk";

/** What a session file keeps of a message: all of it that is the model's, in its final form. */
export type SessionLine =
  | (Pick<SDKAssistantMessage, "type" | "message"> & { readonly uuid: string })
  | (Pick<SDKUserMessage, "type" | "message"> & { readonly uuid: string });

/**
 * Reads a line of a session file. `undefined` for Claude Code's own notes, which are most lines, and
 * for whatever this version does not know.
 */
export function parseSessionLine(line: string): SessionLine | undefined {
  // Notes can have megabytes: not worth parsing.
  if (!line.includes('"type":"assistant"') && !line.includes('"type":"user"')) return undefined;
  try {
    const parsed: unknown = JSON.parse(line);
    return isSessionLine(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isSessionLine(line: unknown): line is SessionLine {
  if (!(line instanceof Object)) return false;
  const type: unknown = Reflect.get(line, "type");
  return (
    (type === "assistant" || type === "user") &&
    typeof Reflect.get(line, "uuid") === "string" &&
    Reflect.get(line, "message") instanceof Object
  );
}

/**
 * The message of a run in the form that its session keeps: what Claude Code says while it runs has
 * neither the reason for which a message stopped nor all that it used.
 */
export function withSessionLine(message: SDKMessage, line: SessionLine): SDKMessage {
  if (message.type === "assistant" && line.type === "assistant") {
    return { ...message, message: line.message };
  }
  if (message.type === "user" && line.type === "user") return { ...message, message: line.message };
  return message;
}
