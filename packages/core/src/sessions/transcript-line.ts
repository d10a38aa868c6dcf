/** A message of a session, or a part of one. */
export interface SessionMessage {
  /** Who said it: a person or a tool (`user`), or Claude. */
  readonly role: "user" | "assistant";
  /** `summary` stands for what compaction has removed from Claude's memory; `error` is of the API. */
  readonly type: "text" | "thinking" | "tool_use" | "tool_result" | "summary" | "error" | "other";
  readonly timestamp: Date;
  /** Of the message that it is a part of. */
  readonly uuid: string;
  /** On messages of a subagent: the tool call that started it. */
  readonly parentToolUseId?: string;
  readonly text?: string;
  /** `tool_use` and `tool_result`. */
  readonly toolUseId?: string;
  readonly toolName?: string;
  readonly input?: unknown;
  /** `tool_result`: the tool reported failure. */
  readonly isError?: boolean;
}

type Fields = Readonly<Record<string, unknown>>;
type Part = Omit<SessionMessage, "role" | "timestamp" | "uuid" | "parentToolUseId">;

/**
 * The messages in one line of a transcript, oldest first. Most kinds of line are Claude Code's own notes
 * and hold none; so does what this version does not know or cannot read.
 */
export function toSessionMessages(
  line: string,
  parentToolUseId?: string,
): readonly SessionMessage[] {
  const fields = parse(line);
  const timestamp = new Date(textOf(fields?.["timestamp"]) ?? Number.NaN);
  const uuid = textOf(fields?.["uuid"]);
  if (!fields || uuid === undefined || Number.isNaN(timestamp.getTime())) return [];
  const said = saidIn(fields);
  if (!said) return [];
  const common = { timestamp, uuid, ...(parentToolUseId !== undefined && { parentToolUseId }) };
  return said.parts.map((part) => ({ role: said.role, ...common, ...part }));
}

function parse(line: string): Fields | undefined {
  try {
    return fieldsOf(JSON.parse(line));
  } catch {
    return undefined;
  }
}

interface Said {
  readonly role: SessionMessage["role"];
  readonly parts: readonly Part[];
}

function saidIn(line: Fields): Said | undefined {
  const message = fieldsOf(line["message"]);
  switch (line["type"]) {
    case "user":
      if (!message || line["isMeta"] === true) return undefined;
      return { role: "user", parts: userParts(message, line["isCompactSummary"] === true) };
    case "assistant":
      return message && { role: "assistant", parts: assistantParts(message, line) };
    case "attachment":
      return queuedPrompt(fieldsOf(line["attachment"]));
    default:
      return undefined;
  }
}

function userParts({ content }: Fields, isSummary: boolean): readonly Part[] {
  const parts = partsOf(content);
  return isSummary ? parts.map((part) => ({ ...part, type: "summary" })) : parts;
}

function assistantParts({ content, model }: Fields, line: Fields): readonly Part[] {
  if (line["isApiErrorMessage"] === true) {
    return partsOf(content).map((part) => ({ ...part, type: "error" }));
  }
  // What Claude Code writes for itself where the model said nothing.
  return model === "<synthetic>" ? [] : partsOf(content);
}

/** What a person typed while Claude was at work. */
function queuedPrompt(attachment: Fields | undefined): Said | undefined {
  if (attachment?.["type"] !== "queued_command") return undefined;
  return { role: "user", parts: partsOf(attachment["prompt"]) };
}

function partsOf(content: unknown): readonly Part[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  if (!Array.isArray(content)) return [];
  return content.map(fieldsOf).flatMap((block) => (block ? [toPart(block)] : []));
}

function toPart(block: Fields): Part {
  const type = textOf(block["type"]) ?? "unknown";
  switch (type) {
    case "text":
      return { type, text: textOf(block["text"]) ?? "" };
    case "thinking":
      return { type, text: textOf(block["thinking"]) ?? "" };
    case "tool_use":
    case "server_tool_use":
    case "mcp_tool_use":
      return {
        type: "tool_use",
        ...toolUseId(block["id"]),
        toolName: textOf(block["name"]) ?? "",
        input: block["input"],
      };
    case "tool_result":
      return {
        type,
        ...toolUseId(block["tool_use_id"]),
        text: resultText(block["content"]),
        isError: block["is_error"] === true,
      };
    default:
      return { type: "other", text: `[${type}]` };
  }
}

function toolUseId(id: unknown): Pick<SessionMessage, "toolUseId"> {
  return typeof id === "string" ? { toolUseId: id } : {};
}

function resultText(content: unknown): string {
  return partsOf(content)
    .map((part) => part.text ?? "")
    .join("\n");
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function fieldsOf(value: unknown): Fields | undefined {
  return value !== null && typeof value === "object" ? (value as Fields) : undefined;
}
