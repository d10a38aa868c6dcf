import type { SessionMessage } from "../../sessions/transcript-line.ts";

/** Characters of a text that a reader gets. */
const longest = 256 * 1024;

/** A message whose texts are short enough to show: a tool may have returned a whole disk. */
export function shorten(message: SessionMessage): SessionMessage {
  return {
    ...message,
    ...(message.text !== undefined && { text: cut(message.text) }),
    ...("input" in message && { input: shortenValue(message.input) }),
  };
}

function shortenValue(value: unknown): unknown {
  if (typeof value === "string") return cut(value);
  if (Array.isArray(value)) return value.map(shortenValue);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shortenValue(item)]));
}

function cut(text: string): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest)}… [${text.length - longest} more characters]`;
}
