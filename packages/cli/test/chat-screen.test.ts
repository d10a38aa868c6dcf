import type { ConversationEvent, OutputLine } from "@herdctl/core";
import { expect, test } from "vitest";
import { ChatScreen } from "../src/chat/chat-screen.ts";
import { plainOutput } from "./plain-output.ts";

const result = { text: "", turns: 1, costUsd: 0, permissionDenials: [] } as const;
const text = (value: string): ConversationEvent => ({ type: "text", text: value });
const line = (fields: Partial<OutputLine> & Pick<OutputLine, "type">): ConversationEvent => ({
  type: "line",
  line: { seq: 1, timestamp: "2026-03-01T12:00:00.000Z", attempt: 1, ...fields },
});

function screenOf(isTerminal: boolean) {
  const output = plainOutput({ isTerminal });
  return { output, screen: new ChatScreen(output) };
}

test("shows what is said as it comes, and what is done in between", () => {
  const { output, screen } = screenOf(false);
  screen.ask();
  screen.hear();
  for (const event of [
    line({ type: "system", subtype: "user_message", text: "Hi." }),
    text("Look"),
    text("ing.\u001B[31m"),
    line({ type: "assistant", text: "Looking." }),
    line({ type: "tool_use", toolName: "Bash", input: { command: "date" } }),
    line({ type: "assistant", text: "Inside.", parentToolUseId: "t" }),
    line({ type: "thinking", text: "Hm." }),
    text("Done."),
    line({ type: "result", subtype: "success", text: "Done." }),
  ]) {
    screen.show(event);
  }
  screen.show({
    type: "ended",
    turnId: "t",
    result: { ...result, outcome: "completed", exitReason: "success" },
  });
  expect(output.stdout).toBe("Looking.\n→ Bash date\n  │ Inside.\nDone.\n");
  expect(output.stderr).toBe("");
});

test("tells of waiting and of answers that did not come", () => {
  const { output, screen } = screenOf(false);
  screen.show({ type: "queued", turnId: "t", jobId: "job-1", position: 2 });
  screen.show({ type: "started", turnId: "t", jobId: "job-1" });
  screen.show(text("Well"));
  const interrupted = { ...result, outcome: "interrupted", exitReason: "interrupted" } as const;
  screen.show({ type: "ended", turnId: "t", result: interrupted });
  const failed = { ...result, outcome: "failed", exitReason: "error" } as const;
  screen.show({
    type: "ended",
    turnId: "t",
    result: { ...failed, error: { message: "No route.\n" } },
  });
  expect(output.stdout).toBe("Well\n");
  expect(output.stderr).toBe("Queued at position 2 …\ninterrupted\nfailed: No route.\n");
});

test("keeps the prompt of a terminal apart from what Claude says meanwhile", () => {
  const { output, screen } = screenOf(true);
  screen.ask();
  screen.show(text("It is done."));
  screen.ask();
  screen.hear();
  screen.show(text("Yes?"));
  expect(output.stdout).toBe("> \nIt is done.\n> Yes?");
});
