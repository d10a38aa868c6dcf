import type { SDKMessage } from "@anthropic-ai/claude-agent-sdk";
import { describe, expect, it } from "vitest";
import {
  assistant,
  backgroundTasks,
  denial,
  failure,
  init,
  result,
  says,
  toolResult,
  wireUsage,
} from "../../test/runner/messages.ts";
import { addFacts, beginTurn, noFacts, type RunFacts } from "./run-facts.ts";
import { toTurnResult } from "./turn-result.ts";

function factsOf(messages: readonly SDKMessage[], from: RunFacts = noFacts): RunFacts {
  return messages.reduce(addFacts, from);
}

const aborted = failure("error_during_execution", ["[ede_diagnostic] x"], {
  terminal_reason: "aborted_streaming",
});

describe("the result of a turn", () => {
  it.each<[string, readonly SDKMessage[], object]>([
    [
      "is a success with its answer",
      [init(), says("Hi."), result()],
      { outcome: "completed", text: "Done." },
    ],
    [
      "does not mind work in the background",
      [init(), backgroundTasks({ task_id: "t", description: "a server" }), says("Hi."), result()],
      { outcome: "completed" },
    ],
    [
      "is a failure with what went wrong",
      [init(), failure("error_max_turns", ["Reached 2"])],
      {
        outcome: "failed",
        exitReason: "max_turns",
        error: { message: "Reached 2" },
        text: "so far",
      },
    ],
    [
      "is a failure when somebody else broke it off",
      [init(), aborted],
      { outcome: "failed", exitReason: "interrupted" },
    ],
  ])("%s", (_, messages, expected) => {
    const facts = factsOf(messages);
    expect(
      toTurnResult({ facts, before: noFacts, said: "so far", isInterrupted: false }),
    ).toMatchObject(expected);
  });

  it("is an interruption only where the turn was broken off", () => {
    const end = { before: noFacts, said: "so far", isInterrupted: true };
    expect(toTurnResult({ ...end, facts: factsOf([init(), aborted]) })).toMatchObject({
      outcome: "interrupted",
      text: "so far",
    });
    expect(toTurnResult({ ...end, facts: factsOf([init(), says("Hi."), result()]) })).toMatchObject(
      {
        outcome: "completed",
      },
    );
  });

  it("counts what the turn has used, of a total that goes on", () => {
    const usage = (costUSD: number): object => ({ modelUsage: { opus: wireUsage(10, costUSD) } });
    const denied = { permission_denials: [denial("t1")] };
    const before = factsOf([
      init(),
      assistant([{ type: "tool_use", id: "t1", name: "Bash", input: {} }]),
      toolResult("t1", true),
      result({ ...usage(0.5), ...denied }),
    ]);
    const facts = factsOf(
      [init(), says("Hi."), result({ ...usage(0.7), num_turns: 2 })],
      beginTurn(before),
    );
    const turn = toTurnResult({ facts, before, said: "", isInterrupted: false });
    // What was denied in the turn before does not spoil this one.
    expect(turn).toMatchObject({ outcome: "completed", turns: 2, permissionDenials: [] });
    expect(turn.costUsd).toBeCloseTo(0.2, 10);
  });
});
