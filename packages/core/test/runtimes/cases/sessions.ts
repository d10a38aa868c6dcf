import { randomUUID } from "node:crypto";
import { script } from "@herdctl/testing";
import { expect } from "vitest";
import type { Case } from "../case.ts";
import type { Ran } from "../../runner/harness.ts";
import { busyFor } from "../../runner/kill-in-tool.ts";
import type { Stage } from "../stage.ts";

/** Conversations that go on, branch off, or cannot. */
export const sessions: readonly Case[] = [
  {
    name: "continues exactly the session it is told to, and counts only its own cost",
    play: async (stage) => {
      const usage = { input: 1_000, output: 1_000 };
      const first = await stage.run(script().text("One.", { usage }));
      const second = await stage.run(script().text("Two.", { usage }), {
        session: { mode: "resume", id: first.sessionId },
      });
      expect(second.outcome.sessionId).toBe(first.sessionId);
      expect(first.outcome.costUsd).toBeGreaterThan(0);
      expect(second.outcome.costUsd).toBeCloseTo(first.outcome.costUsd, 6);
      expect(JSON.stringify(second.lines)).not.toContain("One.");
      expect(conversation(second, stage)).toContain("One.");
      return [first, second];
    },
    reason: "success",
    differs: ["the title of a resumed session"],
    outcome: { summary: "Two.", turns: 1 },
  },
  {
    name: "continues a session whose run was killed",
    play: async (stage) => {
      const cancel = new AbortController();
      const first = await stage.run(
        script()
          .tool("Bash", { command: busyFor(60) })
          .text("No."),
        {
          signal: cancel.signal,
          onLine: (line) => {
            if (line.type === "tool_use") cancel.abort("user");
          },
        },
      );
      return stage.run(script().text("On it again."), {
        session: { mode: "resume", id: first.sessionId },
      });
    },
    reason: "success",
    differs: ["the title of a resumed session"],
    // The run before was killed before or after it wrote what it had cost.
    costsByThen: true,
    outcome: { summary: "On it again." },
  },
  {
    name: "forks a session and leaves the source as it was",
    play: async (stage) => {
      const source = await stage.run(script().text("Source."));
      const session = { mode: "fork", id: randomUUID(), from: source.sessionId } as const;
      const forked = await stage.run(script().text("Fork."), { session });
      expect(forked.outcome).toMatchObject({ exitReason: "success", sessionId: session.id });
      expect(conversation(forked, stage)).toContain("Source.");
      expect(JSON.stringify(forked.lines)).not.toContain("Source.");
      const again = await stage.run(script().text("Again."), {
        session: { mode: "resume", id: source.sessionId },
      });
      expect(conversation(again, stage)).not.toContain("Fork.");
      return [forked, again];
    },
    reason: "success",
    differs: ["the title of a resumed session"],
    outcome: { summary: "Again." },
  },
  {
    name: "never turns an unknown session into a fresh conversation",
    play: (stage) =>
      stage.run(script().text("Hello."), { session: { mode: "resume", id: randomUUID() } }),
    reason: "error",
    outcome: {
      error: {
        message: expect.stringMatching(/^No conversation found with session ID: [0-9a-f-]{36}$/),
      },
    },
  },
  {
    name: "says that a session id is in use",
    play: async (stage) => {
      const { sessionId } = await stage.run(script().text("Mine."));
      return stage.run(script().text("Mine too."), { session: { mode: "new", id: sessionId } });
    },
    reason: "error",
    outcome: { error: { message: expect.stringContaining("is already in use") } },
  },
  {
    name: "goes on after a conversation that had become too long was summarised",
    script: () =>
      script()
        .tool("Bash", { command: "echo 1" })
        .error(400, { message: "prompt is too long: 250000 tokens > 200000 maximum" })
        .text("Never said: the script went with what was summarised."),
    reason: "success",
    outcome: { summary: "Done." },
    check: ({ lines }) =>
      expect(lines.filter((line) => line.subtype === "compact_boundary")).toHaveLength(1),
  },
];

/** What the model was told last. */
function conversation({ outcome }: Ran, { server }: Stage): string {
  const asked = server.requests.findLast(({ sessionId }) => sessionId === outcome.sessionId);
  return JSON.stringify(asked?.messages);
}
