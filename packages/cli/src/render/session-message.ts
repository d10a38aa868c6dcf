import { type OutputLine, renderOutput, type SessionMessage } from "@herdctl/core";
import type { Output } from "../terminal/output.ts";
import { paintLine } from "./output-line.ts";

/** A message of a session for a person, as a job's output looks; what was asked stands out. */
export function paintMessage(message: SessionMessage, output: Output): string {
  const line = toOutputLine(message);
  const text = message.type === "text" || message.type === "thinking";
  if (!text || message.text?.trim() === "") return paintLine(line, output);
  const said = renderOutput(line);
  if (message.type === "thinking") return output.style("dim", said);
  const isAsked = message.role === "user" && message.parentToolUseId === undefined;
  return isAsked ? output.style("bold", said.replaceAll(/^(?!$)/gm, "> ")) : said;
}

const lineTypes: Readonly<Record<SessionMessage["type"], OutputLine["type"]>> = {
  text: "assistant",
  thinking: "assistant",
  tool_use: "tool_use",
  tool_result: "tool_result",
  summary: "system",
  error: "error",
  other: "system",
};

function toOutputLine({ type, timestamp, role: _, ...message }: SessionMessage): OutputLine {
  return {
    seq: 0,
    attempt: 0,
    timestamp: timestamp.toISOString(),
    type: lineTypes[type],
    ...message,
  };
}
