import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "@herdctl/core";
import { parse } from "yaml";
import { interleave, judge, median, printTimings } from "./measure.ts";

const agents = 1_000;
const rounds = 7;

/** Loading a large fleet, beside reading and parsing the same files. */
export async function measureLoading(): Promise<boolean> {
  const dir = await mkdtemp(join(tmpdir(), "herdctl-bench-"));
  try {
    const files = await writeFleet(dir);
    const timings = await interleave(
      [
        { name: "read and parse", run: () => readAndParse(files) },
        { name: "loadConfig", run: async () => void (await loadConfig(dir, { env: {} })) },
      ],
      rounds,
    );
    printTimings(`Loading ${agents} agent files`, timings);
    const ratio = median(timings.get("loadConfig")) / median(timings.get("read and parse"));
    return judge("loading over reading and parsing", ratio, 2, "×");
  } finally {
    await rm(dir, { recursive: true });
  }
}

async function readAndParse(files: readonly string[]): Promise<void> {
  await Promise.all(files.map(async (file) => parse(await readFile(file, "utf8")) as unknown));
}

async function writeFleet(dir: string): Promise<readonly string[]> {
  const fleet = join(dir, "herdctl.yaml");
  const defaults = "{ max_turns: 30, timeout: 30m }";
  await mkdir(join(dir, "agents"));
  await writeFile(fleet, `version: 1\ndefaults: ${defaults}\nagents: [agents/*.yaml]\n`);
  const files = Array.from({ length: agents }, (_, i) => join(dir, "agents", `a${i}.yaml`));
  await Promise.all(files.map((file, index) => writeFile(file, agentFile(index))));
  return [fleet, ...files];
}

function agentFile(index: number): string {
  return `name: agent-${index}
description: Reviews what was done in part ${index}.
model: sonnet
allowed_tools: [Read, Grep, "Bash(git log *)"]
schedules:
  hourly: { type: interval, interval: ${1 + (index % 23)}h, prompt: Look around. }
  daily:
    type: cron
    cron: "${index % 60} ${index % 24} * * 1-5"
    timezone: Europe/Berlin
    prompt: Review the commits of the last day.
`;
}
