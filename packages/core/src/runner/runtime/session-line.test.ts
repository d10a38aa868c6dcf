import type { SDKMessage } from "@anthropic-ai/claude-agent-sdk";
import { describe, expect, it } from "vitest";
import { init, says } from "../../../test/runner/messages.ts";
import { parseSessionLine, withSessionLine } from "./session-line.ts";

const message = {
  role: "assistant",
  content: [{ type: "text", text: "Hi" }],
  stop_reason: "end_turn",
};

describe("parseSessionLine", () => {
  it.each(["assistant", "user"])("reads a line of type %s", (type) => {
    const line = JSON.stringify({ parentUuid: null, type, uuid: "u1", message, sessionId: "s1" });
    expect(parseSessionLine(line)).toMatchObject({ type, uuid: "u1", message });
  });

  it.each([
    ["a note", '{"type":"last-prompt","leafUuid":"u1"}'],
    ["a note that speaks of one", '{"type":"note","of":{"type":"assistant"},"uuid":"u1"}'],
    ["an attachment", '{"type":"attachment","uuid":"u1","attachment":{"type":"date"}}'],
    ["a line without an id", '{"type":"user","message":{"role":"user","content":"Hi"}}'],
    ["a line without a message", '{"type":"user","uuid":"u1"}'],
    ["a line of another shape", '["\\"type\\":\\"user\\""]'],
    ["a number", "17"],
    ["half a line", '{"type":"assistant","uuid":"u1","mess'],
    ["nothing", ""],
  ])("passes over %s", (_what, line) => {
    expect(parseSessionLine(line)).toBeUndefined();
  });
});

describe("withSessionLine", () => {
  it("takes the message of the line and all else of what was said", () => {
    const said = says("Hi");
    const line = parseSessionLine(
      JSON.stringify({ type: "assistant", uuid: said.uuid, message, requestId: "r1" }),
    );
    if (!line) throw new Error("not read");
    expect(withSessionLine(said, line)).toEqual({ ...said, message });
  });

  it("changes nothing of another kind of message", () => {
    const line = parseSessionLine(JSON.stringify({ type: "assistant", uuid: "u1", message }));
    if (!line) throw new Error("not read");
    const said: SDKMessage = init();
    expect(withSessionLine(said, line)).toBe(said);
  });
});
