import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { FleetManagerError, type FleetManager, type Job } from "@herdctl/core";
import type { TestFleet } from "@herdctl/testing";
import { processesOfJobs } from "../processes.ts";
import { createRandom, type Random } from "../random.ts";
import { createSoakedFleet, maxContainers, type SoakKind } from "./contained-fleet.ts";
import { containersOf, sampleContainers } from "./own-containers.ts";

export interface SoakOptions extends SoakKind {
  readonly seed: number;
  readonly jobs: number;
  readonly cancels: number;
  readonly kills: number;
}

export interface SoakReport {
  readonly violations: readonly string[];
  /** Most containers that were seen at one time, and how often it was looked. */
  readonly most: number;
  readonly samples: number;
  /** Jobs by how they ended. */
  readonly outcomes: Readonly<Record<string, number>>;
}

const program = fileURLToPath(new URL("../outlive/daemon.ts", import.meta.url));
const longestLife = 6_000;
const deadline = 1_800_000;

/**
 * Lets an agent work off many jobs in containers, of which some are cancelled while one daemon after the
 * other is killed, and looks at what is left of it.
 */
export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  await using fleet = await createSoakedFleet(options);
  const random = createRandom(options.seed);
  await using samples = sampleContainers(fleet.stateDir);
  const jobIds = await disturb(fleet, options, random);
  await using manager = fleet.manager();
  await manager.initialize();
  await manager.start();
  const signal = AbortSignal.timeout(deadline);
  const jobs = await Promise.all(jobIds.map((id) => manager.waitForJob(id, { signal })));
  const idle = await containersOf(fleet.stateDir, options.ephemeral ? "all" : "ofJobs");
  await manager.stop();
  const left = await containersOf(fleet.stateDir, "all");
  const violations = [
    ...idle.map((name) => `${name} stands for no job`),
    ...left.map((name) => `${name} is left of a fleet that has stopped`),
    ...processesOfJobs(new Set(jobIds)).map((process) => `process ${process} is left`),
    ...jobs.flatMap((job) => findUntrue(job, effectsOf(fleet), options)),
    ...(samples.most > maxContainers ? [`there were ${samples.most} containers at one time`] : []),
  ];
  return { violations, most: samples.most, samples: samples.taken, outcomes: countOutcomes(jobs) };
}

async function disturb(
  fleet: TestFleet,
  { jobs, kills, cancels }: SoakOptions,
  random: Random,
): Promise<readonly string[]> {
  let jobIds: readonly string[] = [];
  await using client = fleet.manager();
  await client.initialize();
  const cancelled: Promise<void>[] = [];
  for (let life = 0; life < kills; life++) {
    const daemon = startDaemon(fleet, life === 0 ? jobs : 0);
    const [accepted] = await once(daemon, "message");
    if (life === 0) jobIds = accepted;
    const share = Math.round((cancels * (life + 1)) / kills) - Math.round((cancels * life) / kills);
    for (let count = 0; count < share; count++) {
      await delay(random.integer(longestLife / (share + 1)));
      cancelled.push(cancelOne(client, random));
    }
    await delay(random.integer(longestLife / (share + 1)));
    const exit = once(daemon, "exit");
    daemon.kill("SIGKILL");
    await exit;
  }
  await Promise.all(cancelled);
  return jobIds;
}

function startDaemon(fleet: TestFleet, jobs: number): ChildProcess {
  const agents = Array.from({ length: jobs }, () => "a");
  return fork(program, [fleet.configPath, fleet.stateDir, ...agents], {
    env: { PATH: process.env["PATH"], ...fleet.env },
    execArgv: ["--conditions=herdctl-source"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
}

async function cancelOne(client: FleetManager, random: Random): Promise<void> {
  const jobs = [...client.getJobs({ status: "running" }), ...client.getJobs({ status: "queued" })];
  const job = jobs[random.integer(jobs.length)];
  if (!job) return;
  try {
    await client.cancelJob(job.id);
  } catch (error) {
    // It was over before it could be cancelled, or a busy machine takes long: the wish is on record.
    const { code = "" } = error instanceof FleetManagerError ? error : {};
    if (code !== "INVALID_STATE" && code !== "TIMEOUT") throw error;
  }
}

function effectsOf(fleet: TestFleet): readonly string[] {
  return readFileSync(join(fleet.workspace("a"), "ran"), "utf8").split("\n");
}

/** What was killed with its daemon is interrupted where claude cannot do without; all others do their work once. */
function findUntrue(
  job: Job,
  effects: readonly string[],
  { runtime, kills }: SoakOptions,
): readonly string[] {
  const times = effects.filter((id) => id === job.id).length;
  const { id, status, exitReason } = job;
  const isTrue =
    (status === "completed" && times === 1) ||
    (status === "cancelled" && times <= 1) ||
    (exitReason === "interrupted" && times <= 1 && runtime === "sdk" && kills > 0);
  return isTrue
    ? []
    : [`${id} is ${status} (${exitReason}: ${job.error?.message}), done ${times} times`];
}

function countOutcomes(jobs: readonly Job[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { exitReason = "" } of jobs) counts[exitReason] = (counts[exitReason] ?? 0) + 1;
  return counts;
}
