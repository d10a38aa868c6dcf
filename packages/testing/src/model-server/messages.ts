/** The part of a Messages API request that the stand-in reads. */
export interface MessagesRequest {
  readonly model: string;
  readonly system: string;
  readonly messages: readonly Message[];
  /** Names of the tools on offer. */
  readonly tools: readonly string[];
  readonly stream: boolean;
  /** Properties of the JSON that the answer must be, where the request says so. */
  readonly answerFields?: Readonly<Record<string, unknown>>;
}

/** One message of the conversation, its text blocks apart from the rest. */
export interface Message {
  readonly role: string;
  readonly texts: readonly string[];
  /** As it came. */
  readonly content: unknown;
}

/** Reads a request body; whatever is missing or of another shape counts as empty. */
export function readMessagesRequest(body: unknown): MessagesRequest {
  const fields = isRecord(body) ? body : {};
  const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
  return {
    model: typeof fields["model"] === "string" ? fields["model"] : "unknown",
    system: textsOf(fields["system"]).join("\n"),
    messages: list(fields["messages"]).filter(isRecord).map(toMessage),
    tools: list(fields["tools"])
      .filter(isRecord)
      .map((tool) => String(tool["name"])),
    stream: fields["stream"] === true,
    ...answerFieldsOf(fields["output_config"]),
  };
}

function answerFieldsOf(config: unknown): Pick<MessagesRequest, "answerFields"> {
  const format = isRecord(config) ? config["format"] : undefined;
  const schema = isRecord(format) ? format["schema"] : undefined;
  const properties = isRecord(schema) ? schema["properties"] : undefined;
  return isRecord(properties) ? { answerFields: properties } : {};
}

function toMessage(message: Readonly<Record<string, unknown>>): Message {
  const { role, content } = message;
  return { role: String(role), texts: textsOf(content), content };
}

function textsOf(content: unknown): string[] {
  if (typeof content === "string") return [content];
  if (!Array.isArray(content)) return [];
  return content.flatMap((block) =>
    isRecord(block) && block["type"] === "text" && typeof block["text"] === "string"
      ? [block["text"]]
      : [],
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
