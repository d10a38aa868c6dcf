import { carriesScript } from "../script/prompt.ts";
import type { Message } from "./messages.ts";

/** Where a conversation stands. */
export interface Turn {
  /** What the human, or the agent that started this subagent, said last. */
  readonly prompt: string;
  /** Answers of the model since then; one that was cut off and asked for again counts once. */
  readonly answered: number;
}

/**
 * Finds the last prompt and counts the answers to it. Everything is read off the conversation, so
 * resumed, forked, queued and parallel sessions need no state here.
 */
export function turnOf(messages: readonly Message[]): Turn {
  let answered = 0;
  for (let index = messages.length - 1; index >= 0; index--) {
    const message = messages[index];
    const before = messages[index - 1]?.role;
    if (!message) continue;
    if (message.role === "assistant") {
      if (before !== "assistant") answered++;
      continue;
    }
    const said = message.texts.filter((text) => isPrompt(message.role, text));
    if (said.length > 0) return { prompt: said.join("\n"), answered };
    // Claude Code keeps what arrived of a cut message and asks for the rest: still the same answer.
    const asksForRest = message.texts.some((text) => text.startsWith(cutOff));
    if (asksForRest && before === "assistant") answered--;
  }
  return { prompt: "", answered };
}

function isPrompt(role: string, text: string): boolean {
  // What the user says while the model works joins the running turn: only a new script changes it.
  if (text.includes(queued)) return carriesScript(text);
  if (role !== "user") return false;
  const start = text.trimStart();
  return !ownTexts.some((own) => start.startsWith(own));
}

const queued = "The user sent a new message while you were working:";
const cutOff = "Your response above was cut off mid-stream";

// What Claude Code says in the user's name.
const ownTexts = [
  "<system-reminder>",
  "<task-notification>",
  cutOff,
  "Output token limit hit",
  "[Your previous response had no visible output",
  "Continue from where you left off",
  "[Request interrupted by user",
  "Stop hook feedback",
];
