import { describe, expect, it } from "vitest";
import { toSessionMessages } from "./transcript-line.ts";

const envelope = { uuid: "u-1", timestamp: "2026-01-01T00:00:00.000Z", sessionId: "s-1" };

function line(fields: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...envelope, ...fields });
}

function assistant(block: unknown, more: Readonly<Record<string, unknown>> = {}): string {
  return line({ type: "assistant", message: { content: [block], model: "m" }, ...more });
}

describe("a line of a transcript", () => {
  it.each([
    {
      name: "a prompt",
      line: line({ type: "user", message: { content: "Hello" } }),
      messages: [{ role: "user", type: "text", text: "Hello" }],
    },
    {
      name: "a prompt in blocks, with a picture",
      line: line({
        type: "user",
        message: { content: [{ type: "text", text: "See" }, { type: "image" }, 7] },
      }),
      messages: [
        { role: "user", type: "text", text: "See" },
        { role: "user", type: "other", text: "[image]" },
      ],
    },
    {
      name: "a prompt typed meanwhile",
      line: line({ type: "attachment", attachment: { type: "queued_command", prompt: "And?" } }),
      messages: [{ role: "user", type: "text", text: "And?" }],
    },
    {
      name: "what compaction keeps",
      line: line({ type: "user", isCompactSummary: true, message: { content: "So far" } }),
      messages: [{ role: "user", type: "summary", text: "So far" }],
    },
    {
      name: "an answer",
      line: assistant({ type: "text", text: "Hi" }),
      messages: [{ role: "assistant", type: "text", text: "Hi" }],
    },
    {
      name: "a thought",
      line: assistant({ type: "thinking", thinking: "Hm", signature: "x" }),
      messages: [{ role: "assistant", type: "thinking", text: "Hm" }],
    },
    {
      name: "a tool call",
      line: assistant({ type: "tool_use", id: "t-1", name: "Bash", input: { command: "date" } }),
      messages: [
        {
          role: "assistant",
          type: "tool_use",
          toolUseId: "t-1",
          toolName: "Bash",
          input: { command: "date" },
        },
      ],
    },
    {
      name: "a tool's result in text",
      line: line({
        type: "user",
        message: { content: [{ type: "tool_result", tool_use_id: "t-1", content: "now" }] },
      }),
      messages: [
        { role: "user", type: "tool_result", toolUseId: "t-1", text: "now", isError: false },
      ],
    },
    {
      name: "a tool's failure in blocks",
      line: line({
        type: "user",
        message: {
          content: [
            {
              type: "tool_result",
              tool_use_id: "t-1",
              is_error: true,
              content: [{ type: "text", text: "no" }, { type: "image" }],
            },
          ],
        },
      }),
      messages: [
        { role: "user", type: "tool_result", toolUseId: "t-1", text: "no\n[image]", isError: true },
      ],
    },
    {
      name: "an error of the API",
      line: assistant(
        { type: "text", text: "API Error: 529" },
        { isApiErrorMessage: true, message: { model: "<synthetic>", content: "API Error: 529" } },
      ),
      messages: [{ role: "assistant", type: "error", text: "API Error: 529" }],
    },
    {
      name: "what Claude Code tells the model",
      line: line({ type: "user", isMeta: true, message: { content: "x" } }),
      messages: [],
    },
    {
      name: "what Claude Code writes in the model's place",
      line: assistant({}, { message: { model: "<synthetic>", content: "No response requested." } }),
      messages: [],
    },
    {
      name: "another attachment",
      line: line({ type: "attachment", attachment: { type: "date" } }),
      messages: [],
    },
    {
      name: "a kind of a later version",
      line: line({ type: "telepathy", message: {} }),
      messages: [],
    },
    { name: "a line without a message", line: line({ type: "user" }), messages: [] },
    {
      name: "a message without content",
      line: line({ type: "assistant", message: {} }),
      messages: [],
    },
    {
      name: "a note without an id",
      line: JSON.stringify({ type: "user", message: { content: "x" } }),
      messages: [],
    },
    { name: "half a line", line: '{"type":"user","mess', messages: [] },
    { name: "no object", line: "null", messages: [] },
  ])("with $name", ({ line: text, messages }) => {
    const common = { uuid: "u-1", timestamp: new Date(envelope.timestamp) };
    expect(toSessionMessages(text)).toEqual(messages.map((message) => ({ ...common, ...message })));
  });

  it("names the call that started the subagent it is from", () => {
    const text = assistant({ type: "text", text: "Found it" });
    expect(toSessionMessages(text, "t-9")).toMatchObject([{ parentToolUseId: "t-9" }]);
  });
});
