import { readFile } from "node:fs/promises";
import { loadConfig } from "@herdctl/core";
import { parse } from "yaml";
import { createLargeFleet } from "./large-fleet.ts";
import { interleave, judge, median, printTimings } from "./measure.ts";

const agents = 1_000;
const rounds = 7;

/** Loading a large fleet, beside reading and parsing the same files. */
export async function measureLoading(): Promise<boolean> {
  await using fleet = await createLargeFleet(agents, agentFile);
  const { dir, files } = fleet;
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
}

async function readAndParse(files: readonly string[]): Promise<void> {
  await Promise.all(files.map(async (file) => parse(await readFile(file, "utf8")) as unknown));
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
