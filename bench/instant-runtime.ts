import type { RuntimeInterface } from "@herdctl/core";

/** A message of the Agent SDK. */
export type Message =
  ReturnType<RuntimeInterface["execute"]> extends AsyncIterable<infer T> ? T : never;

/** A runtime that starts nothing: it yields these messages and a result. */
export function createInstantRuntime(
  messages: () => Iterable<Message> = () => [],
): RuntimeInterface {
  return {
    async *execute({ session }) {
      yield* messages();
      yield toMessage({ ...result, session_id: session.id });
    },
  };
}

/** What Claude says, of this many bytes on its way. */
export function createAnswer(bytes: number): Message {
  const answer = (text: string): Message =>
    toMessage({
      type: "assistant",
      uuid: "0193f0a0-0000-7000-8000-000000000000",
      session_id: "0193f0a0-0000-7000-8000-000000000001",
      parent_tool_use_id: null,
      message: { role: "assistant", content: [{ type: "text", text }] },
    });
  return answer("x".repeat(bytes - JSON.stringify(answer("")).length));
}

const result = {
  type: "result",
  subtype: "success",
  uuid: "0193f0a0-0000-7000-8000-000000000002",
  is_error: false,
  result: "done",
  stop_reason: "end_turn",
  terminal_reason: "completed",
  num_turns: 1,
  duration_ms: 1,
  total_cost_usd: 0,
  modelUsage: {},
  permission_denials: [],
};

// As it comes over the wire: only what is read of it.
function toMessage(fields: Readonly<Record<string, unknown>>): Message {
  return JSON.parse(JSON.stringify(fields));
}
