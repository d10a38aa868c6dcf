import { script } from "@herdctl/testing";
import { expect } from "vitest";
import { busyFor } from "../../runner/kill-in-tool.ts";
import type { Case } from "../case.ts";

const verdict = {
  type: "json_schema",
  schema: {
    type: "object",
    properties: { ok: { type: "boolean" }, reason: { type: "string" } },
    required: ["ok", "reason"],
  },
} as const;

/** What Claude says by itself. */
export const answers: readonly Case[] = [
  {
    name: "says a text",
    script: () => script().text("Hello."),
    reason: "success",
    outcome: { summary: "Hello.", turns: 1 },
    check: ({ lines }) =>
      expect(lines.map((line) => line.type)).toEqual(
        expect.arrayContaining(["system", "assistant", "result"]),
      ),
  },
  {
    name: "thinks before it speaks",
    script: () => script().thinking("Let me see.").text("I see."),
    reason: "success",
    check: ({ lines }) => {
      const said = lines.filter((line) => line.type === "thinking" || line.type === "assistant");
      expect(said.map(({ type, text }) => [type, text])).toEqual([
        ["thinking", "Let me see."],
        ["assistant", "I see."],
      ]);
    },
  },
  {
    name: "says a text that comes in many pieces, in any script",
    script: () =>
      script().text("Grüße, 日本語 und 👩‍💻 – \u2028 done.\n".repeat(200), { chunks: 50 }),
    reason: "success",
    check: ({ lines }) =>
      expect(lines.filter((line) => line.type === "assistant").map((line) => line.text)).toEqual([
        "Grüße, 日本語 und 👩‍💻 – \u2028 done.\n".repeat(200),
      ]),
  },
  {
    name: "goes on by itself when a message was too long",
    script: () => script().text("Part one").stop("max_tokens").text("Part two"),
    reason: "success",
    outcome: { summary: "Part two" },
  },
  {
    name: "calls a run without an answer empty",
    script: () => script().stop().stop(),
    reason: "empty",
  },
  {
    name: "answers in the structure that is expected",
    script: () => script().structured({ ok: true, reason: "It is." }),
    options: () => ({ agent: { expect: [verdict] } }),
    reason: "success",
    outcome: { structuredOutput: { ok: true, reason: "It is." } },
  },
  {
    name: "has an answer of another structure made good",
    script: () =>
      script().structured({ ok: "perhaps" }).structured({ ok: false, reason: "It is not." }),
    options: () => ({ agent: { expect: [verdict] } }),
    reason: "success",
    outcome: { structuredOutput: { ok: false, reason: "It is not." } },
  },
  {
    name: "counts what every message used, once",
    script: () =>
      script()
        .thinking("Hm.")
        .text("First.")
        .tools(
          [
            { tool: "Bash", input: { command: "echo a" } },
            { tool: "Bash", input: { command: busyFor(0.5) } },
          ],
          { usage: { input: 1_000, output: 200, cacheRead: 5_000, cacheWrite: 300 } },
        )
        .text("Second.", { usage: { input: 2_000, output: 400 } }),
    reason: "success",
    check: ({ outcome }) =>
      expect(Object.values(outcome.usage)).toEqual([
        {
          inputTokens: 3_000,
          outputTokens: 600,
          cacheReadTokens: 5_000,
          cacheCreationTokens: 300,
          costUsd: expect.closeTo(outcome.costUsd, 9),
        },
      ]),
  },
  {
    name: "lets Claude Code say how it was started",
    script: () => script().text("Hello."),
    reason: "success",
    check: ({ sessionId }, { server, runtime }) => {
      const asked = server.requests.find((request) => request.sessionId === sessionId);
      const label = { sdk: "sdk-ts", cli: "sdk-cli" }[runtime];
      expect(asked?.headers["user-agent"]).toMatch(new RegExp(`\\b${label}\\b`));
      expect(asked?.system).toContain(`cc_entrypoint=${label};`);
    },
  },
];
