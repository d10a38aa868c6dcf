import { execFileSync } from "node:child_process";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { ManualClock, script, type ScriptBuilder } from "@herdctl/testing";
import { expect } from "vitest";
import type { OutputLineType } from "../../../src/state/output-line.ts";
import type { Ran } from "../../runner/harness.ts";
import { busyFor, killInTool } from "../../runner/kill-in-tool.ts";
import type { Case } from "../case.ts";
import type { Stage } from "../stage.ts";

/** Told of after some seconds, and while the run is being ended or too late. */
const ofTasks = ["task_started", "task_updated", "task_notification", "background_tasks_changed"];

/** What ends a run before Claude does. */
export const limits: readonly Case[] = [
  {
    name: "stops at the limit of turns",
    script: () => script().repeat(script().tool("Bash", { command: "true" })),
    options: () => ({ limits: { maxTurns: 2 } }),
    reason: "max_turns",
  },
  {
    name: "stops when the budget is spent",
    script: () =>
      script()
        .tool("Bash", { command: "true" }, { usage: { input: 1_000_000, output: 100_000 } })
        .text("Done."),
    options: () => ({ limits: { maxBudgetUsd: 0.01 } }),
    reason: "budget",
  },
  {
    name: "takes a cancel while Claude speaks",
    play: (stage) => {
      const cancel = new AbortController();
      return stage.run(script().thinking("Let me see.").text("It is").stall(), {
        signal: cancel.signal,
        onLine: (line) => {
          if (line.type === "thinking") cancel.abort("user");
        },
      });
    },
    reason: "cancelled",
    stopped: true,
    outcome: { status: "cancelled", cancelCause: "user" },
  },
  {
    name: "takes a cancel while a tool works, and ends what the tool has hidden",
    play: async (stage) => {
      const cancel = new AbortController();
      const pipe = join(stage.cwd, "hidden.pipe");
      execFileSync("mkfifo", [pipe]);
      // Opens once the process has it open, and ends when that is gone.
      const hidden = open(pipe).then(async (file) => {
        cancel.abort("user");
        await file.readFile();
        await file.close();
      });
      const ran = await stage.run(
        script()
          .tool("Bash", { command: `(setsid sleep 300 >hidden.pipe 2>&1 &); ${busyFor(60)}` })
          .text("Done."),
        { signal: cancel.signal },
      );
      await hidden;
      return ran;
    },
    reason: "cancelled",
    stopped: true,
    outcome: { status: "cancelled", cancelCause: "user" },
    check: ({ outcome }) => expect(outcome.costUsd).toBeGreaterThan(0),
  },
  {
    name: "ends a run that takes too long in a tool",
    play: (stage) =>
      runTooLong(stage, {
        says: script()
          .tool("Bash", { command: busyFor(60) })
          .text("Done."),
        after: "tool_use",
      }),
    reason: "timeout",
    stopped: true,
    outcome: { status: "failed" },
    uncertain: ofTasks,
  },
  {
    name: "ends a run that takes too long in an answer",
    play: (stage) =>
      runTooLong(stage, {
        says: script().thinking("Let me see.").text("It is").stall(),
        after: "thinking",
      }),
    reason: "timeout",
    stopped: true,
    outcome: { status: "failed" },
  },
  {
    name: "ends a run whose task in the background takes too long",
    play: (stage) =>
      runTooLong(stage, {
        says: script()
          .tool("Bash", { command: busyFor(60), run_in_background: true })
          .text("Started."),
        after: "assistant",
      }),
    reason: "timeout",
    stopped: true,
    uncertain: ofTasks,
  },
  {
    name: "is interrupted when somebody else kills claude",
    play: (stage) => killInTool(stage, "SIGKILL"),
    reason: "interrupted",
    outcome: { status: "failed", error: { message: expect.stringContaining("SIGKILL") } },
  },
];

/** Runs a script until the line of the kind `after`; then its time is over. */
function runTooLong(
  stage: Stage,
  { says, after }: { readonly says: ScriptBuilder; readonly after: OutputLineType },
): Promise<Ran> {
  const clock = new ManualClock();
  const timeout = 3_600_000;
  return stage.run(says, {
    clock,
    timeout,
    onLine: (line) => {
      if (line.type === after) void clock.advance(timeout);
    },
  });
}
