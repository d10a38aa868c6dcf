import { existsSync } from "node:fs";
import { chmod, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { script } from "@herdctl/testing";
import { expect } from "vitest";
import type { Ran } from "../../runner/harness.ts";
import { eventually } from "../../runner/processes.ts";
import type { Case } from "../case.ts";
import type { Stage } from "../stage.ts";

const answer = script().text("Hello.");

/** What is wrong with the machine, not with the API. */
export const failures: readonly Case[] = [
  {
    name: "says that there is no claude where it should be",
    script: () => answer,
    options: ({ dir }) => ({ claudePath: join(dir, "no-claude") }),
    reason: "error",
    outcome: { error: { message: expect.stringMatching(/no-claude|no `claude`/) } },
    differsInContainer: ["which claude it is"],
  },
  {
    name: "says what a claude that is too old refuses",
    play: (stage) =>
      runFake(stage, `echo "error: unknown option '--permission-prompts'" >&2; exit 1`),
    reason: "error",
    outcome: { error: { message: expect.stringContaining("unknown option") } },
    differsInContainer: ["which claude it is"],
  },
  {
    name: "says that claude ended without a word",
    play: (stage) => runFake(stage, "exit 0"),
    reason: "interrupted",
  },
  {
    name: "says that nobody is logged in",
    script: () => answer,
    options: () => ({ agent: { env: { ANTHROPIC_API_KEY: "" } } }),
    reason: "auth",
    outcome: { error: { message: expect.stringMatching(/log in/) } },
  },
  {
    name: "tells how a run went whose folder has vanished",
    play: async (stage) => {
      const working = join(stage.cwd, "working");
      const vanished = eventually(() => existsSync(working), "the tool").then(() =>
        rm(stage.cwd, { recursive: true }),
      );
      const ran = await stage.run(
        script()
          .tool("Bash", { command: "touch working; while [ -e working ]; do sleep 0.05; done" })
          .tool("Bash", { command: "echo still here" })
          .text("The folder is gone."),
      );
      await vanished;
      return ran;
    },
    reason: "success",
    outcome: { summary: "The folder is gone." },
  },
  {
    name: "tells how a run went whose transcript was deleted",
    script: () =>
      script()
        .text("Deleting it.")
        .tool("Bash", { command: 'rm -rf "$CLAUDE_CONFIG_DIR"/projects/*' })
        .tool("Bash", { command: "echo still here" })
        .text("The transcript is gone."),
    reason: "success",
    outcome: { summary: "The transcript is gone.", turns: 3 },
  },
];

/** Runs a shell script where claude would be. */
async function runFake(stage: Stage, commands: string): Promise<Ran> {
  const claudePath = join(stage.dir, "fake-claude");
  await writeFile(claudePath, `#!/bin/sh\n${commands}\n`);
  await chmod(claudePath, 0o755);
  return stage.run(answer, { claudePath });
}
