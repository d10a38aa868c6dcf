import { describe, expect, test } from "vitest";
import { inPrompt } from "../script/prompt.ts";
import { readMessagesRequest } from "./messages.ts";
import { turnOf } from "./turn.ts";

const user = (...texts: string[]) => ({
  role: "user",
  content: texts.map((text) => ({ type: "text", text })),
});
const system = (content: string) => ({ role: "system", content });
const result = { role: "user", content: [{ type: "tool_result", tool_use_id: "t", content: "x" }] };
const answer = { role: "assistant", content: [{ type: "text", text: "a" }] };
const reminder = "<system-reminder>\nToday is Monday.\n</system-reminder>";
const queued = "The user sent a new message while you were working:\n";
const cutOff = "Your response above was cut off mid-stream. Resume directly from where it stops";
const scripted = inPrompt([{ text: "q" }]);

describe("finds the last prompt and the answers to it", () => {
  test.each<[string, readonly object[], string, number]>([
    ["a first prompt", [user("hello")], "hello", 0],
    ["a prompt as plain text", [{ role: "user", content: "hello" }], "hello", 0],
    ["reminders aside", [user(reminder, "hello"), system("env")], "hello", 0],
    ["a tool result", [user("hello"), answer, result], "hello", 1],
    ["notes of the system between", [user("a"), answer, result, system("date")], "a", 1],
    ["a second prompt", [user("a"), answer, user("b"), answer, result], "b", 1],
    ["answers in a row are one", [user("a"), answer, answer, result], "a", 1],
    ["a finished background task", [user("a"), answer, user("<task-notification>x")], "a", 1],
    ["the token limit", [user("a"), answer, user("Output token limit hit. Resume")], "a", 1],
    ["an invisible answer", [user("a", "[Your previous response had no visible output.")], "a", 0],
    ["a cut answer", [user("a"), answer, user(cutOff)], "a", 0],
    ["a cut answer, completed", [user("a"), answer, user(cutOff), answer, result], "a", 1],
    ["a cut answer of which nothing is left", [user("a"), user(cutOff)], "a", 0],
    [
      "a queued script",
      [user("a"), answer, result, system(queued + scripted)],
      queued + scripted,
      0,
    ],
    ["a queued remark", [user("a"), answer, result, system(`${queued}faster`)], "a", 1],
    ["no prompt", [answer], "", 1],
  ])("%s", (_, messages, prompt, answered) => {
    expect(turnOf(readMessagesRequest({ messages }).messages)).toEqual({ prompt, answered });
  });
});
