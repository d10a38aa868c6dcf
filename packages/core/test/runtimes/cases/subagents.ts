import { script } from "@herdctl/testing";
import { expect } from "vitest";
import type { Case } from "../case.ts";
import type { Ran } from "../../runner/harness.ts";

/** Agents that Claude itself starts. */
export const subagents: readonly Case[] = [
  {
    name: "keeps what a subagent thinks, says and does under the call that started it",
    script: () =>
      script()
        .subagent(
          "look around",
          script().thinking("Hm.").tool("Bash", { command: "echo sub" }).text("Seen."),
        )
        .text("All seen."),
    reason: "success",
    outcome: { summary: "All seen." },
    check: (ran) =>
      expect(inside(ran, 0)).toEqual(
        expect.arrayContaining(["thinking", "tool_use", "tool_result", "assistant"]),
      ),
  },
  {
    name: "tells two subagents of one message apart",
    script: () =>
      script()
        .tools([
          {
            subagent: "look left",
            script: script().tool("Bash", { command: "echo l" }).text("Left.").steps,
          },
          {
            subagent: "look right",
            script: script().tool("Bash", { command: "echo r" }).wait(6_000).text("Right.").steps,
          },
        ])
        .text("Both are back."),
    reason: "success",
    interleaved: true,
    check: (ran) => {
      for (const call of [0, 1]) expect(inside(ran, call)).toContain("tool_use");
    },
  },
  {
    name: "goes on while a subagent works in the background, and hears from it",
    script: () =>
      script()
        .subagent(
          "look around",
          script().tool("Bash", { command: "echo far" }).text("Nothing there."),
          { background: true },
        )
        .text("Waiting.")
        .text("All is over."),
    reason: "success",
    differs: ["results that wait for background work"],
    interleaved: true,
    costsByThen: true,
    check: (ran) => expect(inside(ran, 0)).toContain("tool_use"),
  },
  {
    name: "counts what a subagent used",
    script: () =>
      script()
        .subagent("count", script().text("Counted.", { usage: { input: 7_000, output: 500 } }), {
          usage: { input: 1_000, output: 100 },
        })
        .text("Done.", { usage: { input: 2_000, output: 200 } }),
    reason: "success",
    check: ({ outcome }) =>
      expect(Object.values(outcome.usage)).toMatchObject([
        { inputTokens: 10_000, outputTokens: 800 },
      ]),
  },
];

/** Kinds of line of the subagent that the run's call number `index` to the `Agent` tool started. */
function inside({ lines }: Ran, index: number): string[] {
  const calls = lines.filter((line) => line.type === "tool_use" && line.toolName === "Agent");
  const id = calls[index]?.toolUseId;
  expect(id).toBeDefined();
  return lines.filter((line) => line.parentToolUseId === id).map((line) => line.type);
}
