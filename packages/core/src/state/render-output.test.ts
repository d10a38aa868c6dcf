import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { OutputEntry, OutputLine } from "./output-line.ts";
import { renderOutput } from "./render-output.ts";

function render(entry: OutputEntry): string {
  return renderOutput({ seq: 1, timestamp: "2026-03-01T12:00:00.000Z", attempt: 1, ...entry });
}

test.each<readonly [string, OutputEntry, string]>([
  ["text as it is", { type: "assistant", text: "Hello\n\nyou" }, "Hello\n\nyou\n"],
  ["text that ends its line", { type: "assistant", text: "done\n" }, "done\n"],
  ["no text", { type: "assistant", text: "" }, ""],
  ["thinking as nothing", { type: "thinking", text: "hm" }, ""],
  ["unknown messages as nothing", { type: "other", data: { a: 1 } }, ""],
  ["an error", { type: "error", text: "no network" }, "error: no network\n"],
  ["a note of the system", { type: "system", subtype: "api_retry", text: "again" }, "· again\n"],
  [
    "a refusal of the API with when it is tried again",
    {
      type: "system",
      subtype: "api_retry",
      data: {
        attempt: 1,
        max_retries: 10,
        retry_delay_ms: 1_234,
        error_status: 529,
        error: "overloaded",
      },
    },
    "· the API answers 529 (overloaded): retry 1 of 10 in 1.3s\n",
  ],
  [
    "an API out of reach",
    {
      type: "system",
      subtype: "api_retry",
      data: { attempt: 2, error_status: null, error: "unknown" },
    },
    "· the API cannot be reached: retry 2\n",
  ],
  ["a retry without facts as nothing", { type: "system", subtype: "api_retry" }, ""],
  ["a silent note as nothing", { type: "system", subtype: "init", data: {} }, ""],
  ["a success as nothing more", { type: "result", subtype: "success", text: "Hello" }, ""],
  [
    "another end with its reason",
    { type: "result", subtype: "error_max_turns" },
    "ended: error_max_turns\n",
  ],
  [
    "a success that is an error",
    { type: "result", subtype: "success", isError: true, text: "401" },
    "ended: error: 401\n",
  ],
  ["an end without a kind", { type: "result" }, "ended: error\n"],
  [
    "an interrupt, without Claude Code's notes to itself",
    {
      type: "result",
      subtype: "error_during_execution",
      text: "[ede_diagnostic] result_type=user",
    },
    "ended: error_during_execution\n",
  ],
])("renders %s", (_title, entry, expected) => {
  expect(render(entry)).toBe(expected);
});

describe("a tool call is one line", () => {
  test.each<readonly [string, unknown, string]>([
    ["Bash", { description: "test", command: "npm test\n && ls" }, "→ Bash npm test && ls\n"],
    ["Read", { file_path: "/a/b.ts", limit: 5 }, "→ Read /a/b.ts\n"],
    ["mcp__x__y", { b: 1, c: [2] }, '→ mcp__x__y {"b":1,"c":[2]}\n'],
    ["Bash", { command: 7 }, '→ Bash {"command":7}\n'],
    ["Stop", {}, "→ Stop\n"],
    ["Stop", null, "→ Stop\n"],
    ["Grep", { pattern: "x".repeat(500) }, `→ Grep ${"x".repeat(119)}…\n`],
    ["Grep", { pattern: `${"x".repeat(118)}🐑🐑` }, `→ Grep ${"x".repeat(118)}…\n`],
  ])("%s %j", (toolName, input, expected) => {
    expect(render({ type: "tool_use", toolName, input })).toBe(expected);
  });

  test("also without a name", () => {
    expect(render({ type: "tool_use" })).toBe("→ tool\n");
  });
});

describe("a tool result is indented and cut", () => {
  test("marks a failure", () => {
    expect(render({ type: "tool_result", text: "no such file", isError: true })).toBe(
      "  ✗ no such file\n",
    );
    expect(render({ type: "tool_result", text: "a\n\nb\n" })).toBe("    a\n\n    b\n");
    expect(render({ type: "tool_result" })).toBe("");
  });

  test("says how much is left out", () => {
    const text = Array.from({ length: 30 }, (_, index) => `line ${index}`).join("\n");
    const lines = render({ type: "tool_result", text }).trimEnd().split("\n");
    expect(lines).toHaveLength(11);
    expect(lines.at(-1)).toBe("    … 20 more lines");
    expect(render({ type: "tool_result", text: "x".repeat(999) })).toHaveLength(205);
  });
});

test("lines of a subagent are set apart", () => {
  const entry: OutputEntry = { type: "assistant", text: "one\ntwo", parentToolUseId: "t-1" };
  expect(render(entry)).toBe("  │ one\n  │ two\n");
});

test("kinds of line that a newer version wrote are left out", () => {
  const line: OutputLine = JSON.parse('{"seq":1,"timestamp":"","attempt":1,"type":"hologram"}');
  expect(renderOutput(line)).toBe("");
});

test("what an agent prints cannot steer the terminal", () => {
  const text = "\u001B]0;title\u0007\u001B[2Jred\u001B[31m \u009B31m\rover\tx\u0000";
  expect(render({ type: "assistant", text })).toBe("red over\tx\n");
});

test("every chunk is empty or whole lines, and has no control character", () => {
  const entry = fc.record(
    {
      type: fc.constantFrom<OutputEntry["type"]>("assistant", "tool_use", "tool_result", "error"),
      text: fc.string({ unit: "binary" }),
      toolName: fc.string(),
      input: fc.json().map((json): unknown => JSON.parse(json)),
      parentToolUseId: fc.string(),
    },
    { requiredKeys: ["type"] },
  );
  fc.assert(
    fc.property(entry, (item) => {
      const chunk = render(item);
      expect(chunk === "" || chunk.endsWith("\n")).toBe(true);
      // oxlint-disable-next-line no-control-regex
      expect(chunk).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/);
    }),
  );
});
