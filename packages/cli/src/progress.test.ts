import type { OutputLine } from "@herdctl/core";
import { expect, test } from "vitest";
import { Progress } from "./progress.ts";

const start = Date.parse("2026-11-21T12:00:00Z");
let seq = 0;
const line = (fields: Partial<OutputLine> & Pick<OutputLine, "type">): OutputLine => ({
  seq: ++seq,
  timestamp: new Date(start).toISOString(),
  attempt: 1,
  ...fields,
});

test("counts turns by who speaks, and tool calls", () => {
  const progress = new Progress();
  expect(progress.describe(start)).toBe("waiting for the first message …");
  progress.add(line({ type: "system" }));
  expect(progress.describe(start + 1_900)).toBe("turn 1 · 0 tool calls · 1s …");
  for (const type of ["thinking", "assistant", "tool_use", "tool_use", "tool_result"] as const) {
    progress.add(line({ type }));
  }
  progress.add(line({ type: "tool_use", parentToolUseId: "toolu_1" }));
  progress.add(line({ type: "tool_result" }));
  progress.add(line({ type: "assistant" }));
  expect(progress.describe(start + 75_000)).toBe("turn 2 · 3 tool calls · 1m 15s …");
});
