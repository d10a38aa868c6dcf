import type { MessagesRequest } from "./messages.ts";

/**
 * The answer to a request that Claude Code makes for itself (compaction, titles), which no script is
 * about; `undefined` for a turn of an agent.
 */
export function sideAnswer({ system, messages }: MessagesRequest): string | undefined {
  const last = messages.findLast((message) => message.role === "user")?.texts.at(-1) ?? "";
  if (last.includes("Your task is to create a detailed summary")) {
    return "<summary>The conversation followed its script.</summary>";
  }
  // The script went with the conversation that was summarised.
  if (last.includes("This session is being continued from a previous conversation")) return "Done.";
  if (!system.includes("Claude") && /\btitle\b/i.test(system)) {
    return JSON.stringify({ title: "Scripted session" });
  }
  return undefined;
}
