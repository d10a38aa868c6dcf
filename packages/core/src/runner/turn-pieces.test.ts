import type { SDKMessage } from "@anthropic-ai/claude-agent-sdk";
import { describe, expect, it } from "vitest";
import { assistant, says, wire } from "../../test/runner/messages.ts";
import { createRedactor } from "../redact.ts";
import { TurnPieces } from "./turn-pieces.ts";

const event = (content: object, parent: string | null = null): SDKMessage =>
  wire({ type: "stream_event", event: content, parent_tool_use_id: parent });
const begin = (id = "m1"): SDKMessage => event({ type: "message_start", message: { id } });
const block = (type: string): SDKMessage =>
  event({ type: "content_block_start", content_block: { type } });
const delta = (fields: object, parent: string | null = null): SDKMessage =>
  event({ type: "content_block_delta", delta: fields }, parent);
const text = (value: string): SDKMessage => delta({ type: "text_delta", text: value });
const thought = (thinking: string): SDKMessage => delta({ type: "thinking_delta", thinking });
const end = event({ type: "content_block_stop" });
const whole = (id: string, content: readonly object[]): SDKMessage =>
  wire({ type: "assistant", message: { id, content }, parent_tool_use_id: null });

function piecesOf(messages: readonly SDKMessage[], secrets: readonly string[] = []): string[] {
  const pieces = new TurnPieces(() => createRedactor(secrets));
  return messages.flatMap((message) =>
    pieces.take(message).map((piece) => `${piece.type}: ${piece.text}`),
  );
}

describe("the pieces of what Claude says", () => {
  it.each<[string, readonly SDKMessage[], readonly string[]]>([
    [
      "are its deltas, and not the whole that follows",
      [
        begin(),
        block("thinking"),
        thought("Hm"),
        end,
        block("text"),
        text("a"),
        text("b"),
        whole("m1", [{ type: "text", text: "ab" }]),
        end,
      ],
      ["thinking: Hm", "text: a", "text: b"],
    ],
    [
      "are a whole that did not come in pieces",
      [
        whole("m2", [
          { type: "thinking", thinking: "Hm" },
          { type: "text", text: "ab" },
          { type: "tool_use", id: "t", name: "Bash", input: {} },
        ]),
      ],
      ["thinking: Hm", "text: ab"],
    ],
    [
      "leave out tool calls, subagents and other messages",
      [
        begin(),
        block("tool_use"),
        delta({ type: "input_json_delta", partial_json: "{}" }),
        end,
        delta({ type: "text_delta", text: "of a subagent" }, "toolu_1"),
        event({ type: "message_stop" }),
        assistant([{ type: "text", text: "of a subagent" }], { parent_tool_use_id: "toolu_1" }),
        wire({ type: "system", subtype: "status" }),
      ],
      [],
    ],
    [
      "leave out what Claude Code reports of the API",
      [assistant([{ type: "text", text: "API Error" }], { error: "rate_limit" })],
      [],
    ],
    [
      "begin anew with a message that is sent again",
      [begin(), block("text"), text("a"), begin(), says("ab")],
      ["text: a", "text: ab"],
    ],
  ])("%s", (_, messages, expected) => {
    expect(piecesOf(messages)).toEqual(expected);
  });

  it("hold a secret back until it is whole, and the rest comes before the end of the block", () => {
    const messages = [begin(), block("text"), text("It is pass"), text("word, pa"), end];
    expect(piecesOf(messages, ["password"])).toEqual([
      "text: It is ",
      "text: [secret], ",
      "text: pa",
    ]);
  });
});
