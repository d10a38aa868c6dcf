import { existsSync } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { script } from "@herdctl/testing";
import { expect } from "vitest";
import type { Ran } from "../../runner/harness.ts";
import type { Case } from "../case.ts";
import type { Stage } from "../stage.ts";

const made = script().tool("Bash", { command: "echo here >made-here.txt" }).text("Made.");

/** Where an agent works. */
export const folders: readonly Case[] = [
  {
    name: "works in a folder whose name is not plain, reached by a link",
    play: async (stage) => {
      const real = join(stage.cwd, "späße und 日本語 👩‍💻");
      const link = join(stage.cwd, "link 'to' it");
      await mkdir(real);
      await symlink(real, link);
      return workAndResume(stage, { real, reachedBy: link });
    },
    reason: "success",
    differs: ["the title of a resumed session"],
    outcome: { summary: "Still here." },
  },
  {
    name: "works in a folder whose path is very long",
    play: async (stage) => {
      const real = join(
        stage.cwd,
        ...Array.from({ length: 6 }, (_, n) => `${n}-${"ü".repeat(60)}`),
      );
      await mkdir(real, { recursive: true });
      return workAndResume(stage, { real, reachedBy: real });
    },
    reason: "success",
    differs: ["the title of a resumed session"],
    outcome: { summary: "Still here." },
  },
  {
    name: "says that its folder does not exist",
    play: (stage) =>
      stage.run(made, { agent: { workingDirectory: join(dirname(stage.cwd), "gone") } }),
    reason: "error",
    outcome: { error: { code: "WORKING_DIRECTORY", message: expect.stringContaining("gone") } },
  },
  {
    name: "runs ten at once in one folder, each with its own session",
    play: async (stage) => {
      const runs = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          stage.run(
            script()
              .tool("Bash", { command: `echo n${index}` })
              .text(`Number ${index}.`),
          ),
        ),
      );
      expect(runs.map((ran) => ran.outcome.summary)).toEqual(
        runs.map((_, index) => `Number ${index}.`),
      );
      expect(new Set(runs.map((ran) => ran.outcome.sessionId)).size).toBe(10);
      return runs;
    },
    reason: "success",
  },
];

/** Works in a folder, reached by some path, and goes on by its real path. */
async function workAndResume(
  stage: Stage,
  { real, reachedBy }: { readonly real: string; readonly reachedBy: string },
): Promise<readonly Ran[]> {
  const first = await stage.run(made, { agent: { workingDirectory: reachedBy } });
  expect(existsSync(join(real, "made-here.txt"))).toBe(true);
  const resumed = await stage.run(script().text("Still here."), {
    agent: { workingDirectory: real },
    session: { mode: "resume", id: first.sessionId },
  });
  return [first, resumed];
}
