import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  assistant,
  denial,
  failure,
  init,
  result,
  toolResult,
  wire,
} from "../../test/runner/messages.ts";
import { toOutputEntries } from "./message-processor.ts";

const uuid = "uuid-1";

describe("toOutputEntries", () => {
  it("makes a line of every block of an answer", () => {
    const message = assistant([
      { type: "thinking", thinking: "Hm." },
      { type: "text", text: "I look." },
      { type: "tool_use", id: "t1", name: "Read", input: { file: "a" } },
      { type: "redacted_thinking", data: "xyz" },
    ]);
    expect(toOutputEntries(message)).toEqual([
      { uuid, type: "thinking", text: "Hm." },
      { uuid, type: "assistant", text: "I look." },
      { uuid, type: "tool_use", toolUseId: "t1", toolName: "Read", input: { file: "a" } },
      {
        uuid,
        type: "other",
        subtype: "redacted_thinking",
        data: { type: "redacted_thinking", data: "xyz" },
      },
    ]);
  });

  it("keeps the parent of what a subagent says and does", () => {
    const parent = { parent_tool_use_id: "task" };
    const lines = [
      ...toOutputEntries(assistant([{ type: "text", text: "sub" }], parent)),
      ...toOutputEntries(toolResult("t1", false, parent)),
    ];
    expect(lines.map((line) => line.parentToolUseId)).toEqual(["task", "task"]);
  });

  it("shows an error of the API as an error, not as an answer", () => {
    const message = assistant([{ type: "text", text: "API Error: 529" }, { type: "x" }], {
      error: "overloaded",
    });
    expect(toOutputEntries(message)).toEqual([
      { uuid, type: "error", subtype: "overloaded", text: "API Error: 529" },
    ]);
  });

  it.each([
    ["plain", "plain"],
    [undefined, ""],
    [
      [
        { type: "text", text: "a" },
        { type: "image", source: {} },
        { type: "text", text: "b" },
      ],
      "a\n[image]\nb",
    ],
  ])("reads the result of a tool: %j", (content, text) => {
    const block = { type: "tool_result", tool_use_id: "t1", content };
    const message = wire({ type: "user", message: { content: [block] }, parent_tool_use_id: null });
    expect(toOutputEntries(message)).toEqual([
      { uuid, type: "tool_result", toolUseId: "t1", text, isError: false },
    ]);
  });

  it("marks a tool that failed", () => {
    expect(toOutputEntries(toolResult("t1", true))).toMatchObject([{ isError: true }]);
  });

  it.each([
    ["as a string", "Go on."],
    ["as blocks", [{ type: "text", text: "Go on." }]],
  ])("keeps what was put into the conversation %s", (_how, content) => {
    const message = wire({ type: "user", message: { content }, parent_tool_use_id: null });
    expect(toOutputEntries(message)).toEqual([
      { uuid, type: "system", subtype: "user_message", text: "Go on." },
    ]);
  });

  it("keeps other things that a user message may hold", () => {
    const content = [{ type: "image", source: {} }];
    const message = wire({ type: "user", message: { content }, parent_tool_use_id: null });
    expect(toOutputEntries(message)).toMatchObject([{ type: "other", subtype: "image" }]);
  });

  it("sums up the start of a run", () => {
    const message = init({
      model: "opus",
      tools: ["Bash"],
      mcp_servers: [],
      slash_commands: ["x"],
      cwd: "/w",
    });
    expect(toOutputEntries(message)).toEqual([
      {
        uuid,
        type: "system",
        subtype: "init",
        data: { sessionId: "session-1", model: "opus", tools: ["Bash"], mcpServers: [], cwd: "/w" },
      },
    ]);
  });

  it("says what herdctl has to say in words", () => {
    const message = wire({ type: "system", subtype: "egress_refused", text: "No.", count: 1 });
    expect(toOutputEntries(message)).toEqual([
      { uuid, type: "system", subtype: "egress_refused", text: "No.", data: { count: 1 } },
    ]);
  });

  it("keeps the facts of other system messages", () => {
    const message = wire({ type: "system", subtype: "api_retry", attempt: 1, error_status: 529 });
    expect(toOutputEntries(message)).toEqual([
      { uuid, type: "system", subtype: "api_retry", data: { attempt: 1, error_status: 529 } },
    ]);
  });

  it("keeps a plan's limits", () => {
    const info = { status: "allowed" };
    expect(toOutputEntries(wire({ type: "rate_limit_event", rate_limit_info: info }))).toEqual([
      { uuid, type: "system", subtype: "rate_limit", data: info },
    ]);
  });

  it("writes a result with its numbers", () => {
    const message = result({ permission_denials: [denial("a")], structured_output: { ok: true } });
    expect(toOutputEntries(message)).toEqual([
      {
        uuid,
        type: "result",
        subtype: "success",
        text: "Done.",
        isError: false,
        data: {
          turns: 1,
          durationMs: 5,
          costUsd: 0.5,
          stopReason: "end_turn",
          terminalReason: "completed",
          permissionDenials: [denial("a")],
          structuredOutput: { ok: true },
        },
      },
    ]);
    expect(toOutputEntries(failure("error_max_turns", ["Too", "many"]))).toMatchObject([
      { type: "result", subtype: "error_max_turns", text: "Too\nmany", isError: true },
    ]);
  });

  it.each(["stream_event", "tool_progress"])("leaves out %s", (type) => {
    expect(toOutputEntries(wire({ type }))).toEqual([]);
  });

  it("leaves out the running estimate of thinking", () => {
    expect(toOutputEntries(wire({ type: "system", subtype: "thinking_tokens" }))).toEqual([]);
  });

  it("never drops and never chokes on a kind it does not know", () => {
    const name = fc.string({ minLength: 1 }).map((text) => `new_${text}`);
    fc.assert(
      fc.property(name, fc.dictionary(fc.string(), fc.jsonValue()), (type, facts) => {
        const message = wire({ ...facts, type });
        expect(toOutputEntries(message)).toMatchObject([
          { type: "other", subtype: type, data: message },
        ]);
      }),
    );
  });
});
