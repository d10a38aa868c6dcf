import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createTestFleet, inPrompt, script, type TestFleet } from "@herdctl/testing";
import { policies } from "./trouble.ts";

// Once for each job, whatever the attempt; `steps` is beside the workspaces.
const step = script().tool("Bash", {
  command:
    "mkdir -p ../../steps; mkdir ../../steps/$HERDCTL_JOB || touch ../../steps/$HERDCTL_JOB.twice",
});
const answer = script().tool("Bash", { command: "sleep 0.2" }).text("done");
const always = { times: "always", headers: { "x-should-retry": "false" } } as const;

/** A fleet with an agent for each thing that can happen to a job. */
export function createChaosFleet(kept: number): Promise<TestFleet> {
  return createTestFleet({
    fleet: { history: { max_jobs_per_agent: kept } },
    files: Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`tasks/${index}.md`, `Task ${index}.`]),
    ),
    agents: {
      tasker: {
        ...common,
        work_source: { type: "folder", path: "../tasks", max_attempts: 1_000 },
        schedules: schedules("take", "1s"),
      },
      steady: { ...common, schedules: schedules("often", "1s") },
      wide: { ...common, concurrency: 3, schedules: schedules("seldom", "2s") },
      held: { ...common, schedules: schedules("often", "1s") },
      flaky: {
        ...retried("flaky"),
        // Only the first attempt is asked this; what worked is told to go on.
        default_prompt: `Go. ${inPrompt(step.error(529, always))}`,
      },
      resumer: {
        ...retried("resumer"),
        default_prompt: `Go. ${inPrompt(step.tool("Bash", { command: "sleep 0.2" }).text("done"))}`,
      },
      windowed: { ...common, concurrency: 2 },
    },
    scripts: {
      steady: answer,
      tasker: answer,
      wide: answer,
      held: answer,
      flaky: answer,
      resumer: answer,
      windowed: answer,
    },
  });
}

/** Says which jobs of a real claude did their step in more than one attempt. */
export function repeatedTools({ dir }: TestFleet): readonly string[] {
  const folder = join(dir, "steps");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".twice"))
    .map((name) => `${name.replace(".twice", "")} did its step twice`);
}

const common = { default_prompt: "Go.", permission_mode: "bypassPermissions" };

function retried(name: string): object {
  const { maxAttempts, onInterrupt } = policies[name] ?? {};
  const retry = { max_attempts: maxAttempts, on_interrupt: onInterrupt, backoff: "50ms" };
  return { ...common, concurrency: 2, retry };
}

function schedules(name: string, interval: string): object {
  return { [name]: { type: "interval", interval, prompt: "Go." } };
}
