import type { OutputLine } from "@herdctl/core";
import { expect, test } from "vitest";
import { lastToolCalls } from "./tool-calls.ts";

const at = { timestamp: "2026-11-21T12:00:00.000Z", attempt: 1 };
const lines: readonly OutputLine[] = [
  { ...at, seq: 1, type: "tool_use", toolUseId: "a", toolName: "Read", input: { file_path: "/a" } },
  { ...at, seq: 2, type: "tool_result", toolUseId: "a", text: "fine" },
  {
    ...at,
    seq: 3,
    type: "tool_use",
    toolUseId: "b",
    toolName: "Bash",
    input: { command: "false" },
  },
  { ...at, seq: 4, type: "tool_result", toolUseId: "b", text: "Exit code 1\nno", isError: true },
  {
    ...at,
    seq: 5,
    type: "tool_use",
    toolUseId: "c",
    toolName: "Bash",
    input: { command: "sleep" },
  },
];

test("pairs the last calls with what came of them", () => {
  expect(lastToolCalls(lines, 2)).toEqual([
    { text: "→ Bash false", outcome: "failed", message: "Exit code 1" },
    { text: "→ Bash sleep", outcome: "unknown" },
  ]);
  expect(lastToolCalls(lines, 9)[0]).toEqual({ text: "→ Read /a", outcome: "ok" });
});
