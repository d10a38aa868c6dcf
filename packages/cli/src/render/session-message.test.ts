import type { SessionMessage } from "@herdctl/core";
import { expect, test } from "vitest";
import { plainOutput } from "../../test/plain-output.ts";
import { paintMessage } from "./session-message.ts";

const said = { uuid: "u-1", timestamp: new Date(0) };
const user = { ...said, role: "user" } as const;
const claude = { ...said, role: "assistant" } as const;
const inside = { parentToolUseId: "t-2" };

const messages: readonly SessionMessage[] = [
  { ...user, type: "text", text: "Do it.\n\nQuickly.\u001B[2J" },
  { ...claude, type: "thinking", text: "Let me see." },
  { ...claude, type: "thinking", text: "" },
  { ...claude, type: "tool_use", toolUseId: "t-1", toolName: "Bash", input: { command: "date" } },
  { ...user, type: "tool_result", toolUseId: "t-1", text: "no such command", isError: true },
  { ...claude, type: "tool_use", toolUseId: "t-2", toolName: "Agent", input: { prompt: "look" } },
  { ...user, ...inside, type: "text", text: "look" },
  { ...claude, ...inside, type: "text", text: "Seen." },
  { ...user, type: "summary", text: "So far: nothing." },
  { ...claude, type: "error", text: "API Error: 529" },
  { ...user, type: "other", text: "[image]" },
  { ...claude, type: "text", text: "Done." },
];

test("a session reads like a job's output, with what was asked", () => {
  const output = plainOutput();
  expect(messages.map((message) => paintMessage(message, output)).join("")).toMatchInlineSnapshot(`
    "> Do it.

    > Quickly.
    Let me see.
    → Bash date
      ✗ no such command
    → Agent look
      │ look
      │ Seen.
    · So far: nothing.
    error: API Error: 529
    · [image]
    Done.
    "
  `);
});
