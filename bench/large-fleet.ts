import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A fleet in a temporary folder; disposing removes it. */
export interface LargeFleet extends AsyncDisposable {
  readonly dir: string;
  readonly files: readonly string[];
  readonly options: { readonly configPath: string; readonly stateDir: string };
}

/** Writes a fleet of so many agents; `agentFile` gives the YAML of each. */
export async function createLargeFleet(
  agents: number,
  agentFile: (index: number) => string,
): Promise<LargeFleet> {
  const dir = await mkdtemp(join(tmpdir(), "herdctl-bench-"));
  const fleet = join(dir, "herdctl.yaml");
  const defaults = "{ max_turns: 30, timeout: 30m }";
  await mkdir(join(dir, "agents"));
  await writeFile(fleet, `version: 1\ndefaults: ${defaults}\nagents: [agents/*.yaml]\n`);
  const files = Array.from({ length: agents }, (_, i) => join(dir, "agents", `a${i}.yaml`));
  await Promise.all(files.map((file, index) => writeFile(file, agentFile(index))));
  return {
    dir,
    files: [fleet, ...files],
    options: { configPath: fleet, stateDir: join(dir, "state") },
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}

/** An agent with two schedules that are seldom due. */
export function quietAgent(index: number): string {
  return `name: agent-${index}
description: Reviews what was done in part ${index}.
model: sonnet
allowed_tools: [Read, Grep, "Bash(git log *)"]
schedules:
  yearly: { type: cron, cron: "${index % 60} 3 1 1 *", prompt: Look around. }
  daily:
    type: cron
    cron: "${index % 60} 3 2 1 *"
    timezone: Europe/Berlin
    prompt: Review the commits of the last day.
`;
}
