import type { MessagesRequest } from "./messages.ts";

/**
 * The answer to a request that Claude Code makes for itself (titles, compaction), which no script is
 * about; `undefined` for a turn of an agent.
 */
export function sideAnswer({ answerFields, messages }: MessagesRequest): string | undefined {
  // An agent's structured output is a tool; JSON as the answer itself is for Claude Code's own use.
  if (answerFields) {
    return JSON.stringify(Object.fromEntries(Object.keys(answerFields).map((key) => [key, key])));
  }
  const last = messages.findLast((message) => message.role === "user")?.texts.at(-1) ?? "";
  if (last.includes("Your task is to create a detailed summary")) {
    return "<summary>The conversation followed its script.</summary>";
  }
  // The script went with the conversation that was summarised.
  if (last.includes("This session is being continued from a previous conversation")) return "Done.";
  return undefined;
}
