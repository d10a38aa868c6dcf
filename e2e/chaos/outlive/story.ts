import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Job, OutputLine } from "@herdctl/core";
import type { TestFleet } from "@herdctl/testing";

/** What a job said and did, without what differs from run to run. */
export function storyOf(stateDir: string, job: Job): readonly string[] {
  const lines = readFileSync(join(stateDir, "jobs", `${job.id}.jsonl`), "utf8")
    .trimEnd()
    .split("\n")
    .map((line): OutputLine => JSON.parse(line));
  const told = lines
    .filter(({ type }) => type !== "system" && type !== "other")
    .map(({ type, text, toolName, input, isError, parentToolUseId }) =>
      JSON.stringify([
        type,
        parentToolUseId !== undefined,
        withoutChance(text),
        toolName,
        input,
        isError,
      ]),
    );
  const { turns = 0, costUsd = 0 } = job.result ?? {};
  return [...told, `${job.status} (${job.exitReason}), ${turns} turns, $${costUsd.toFixed(6)}`];
}

/** What Claude Code says of a subagent names it, and how long it took. */
function withoutChance(text: string | undefined): string | undefined {
  return text?.replaceAll(/agentId: \w+|'a[0-9a-f]{16}'|duration_ms: \d+/g, "…");
}

/** The side effects that an agent's tools left, in their order. */
export function effectsOf(fleet: TestFleet, agentName: string): readonly string[] {
  return readFileSync(join(fleet.workspace(agentName), "ran"), "utf8")
    .trimEnd()
    .split("\n");
}
