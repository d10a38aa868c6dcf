import type { SDKMessage } from "@anthropic-ai/claude-agent-sdk";
import { describe, expect, it } from "vitest";
import { result } from "../../../test/runner/messages.ts";
import { ResumedCall } from "./resumed-call.ts";

const unavailable: SDKMessage = result({ terminal_reason: "tool_deferred_unavailable" });

async function turns(call: ResumedCall): Promise<number> {
  let count = 0;
  for await (const turn of call.prompt()) count += turn.type === "user" ? 1 : 0;
  return count;
}

describe("a session that goes on with a call", () => {
  it("is asked nothing when the call is made", async () => {
    const call = new ResumedCall();
    const asked = turns(call);
    expect(call.takes(result({}))).toBe(false);
    expect(await asked).toBe(0);
  });

  it("is asked to go on when its servers were not known yet, which is nobody else's news", async () => {
    const call = new ResumedCall();
    const asked = turns(call);
    expect(call.takes(unavailable)).toBe(true);
    expect(await asked).toBe(1);
    expect(call.takes(unavailable)).toBe(false);
  });

  it("is asked nothing when it ends without a word", async () => {
    const call = new ResumedCall();
    const asked = turns(call);
    call.end();
    expect(await asked).toBe(0);
  });
});
