import { fork } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { FleetManager, Job } from "@herdctl/core";
import type { TestFleet } from "@herdctl/testing";
import { processesOfJobs } from "../processes.ts";
import { createRandom, type Random } from "../random.ts";
import { createOutlivingFleet, effects, type Outliving, outliving } from "./agents.ts";
import { effectsOf, storyOf } from "./story.ts";

export interface OutliveOptions {
  readonly seed: number;
  readonly kills: number;
  readonly onKill?: (kill: number) => void;
}

export interface OutliveReport {
  readonly violations: readonly string[];
  readonly kills: number;
  readonly jobs: number;
}

/** What is expected of a job of each agent. */
type Stories = ReadonlyMap<string, readonly string[]>;

const program = fileURLToPath(new URL("daemon.ts", import.meta.url));
// An undisturbed round takes about as long; a kill may come at any instant of it.
const longestLife = 4_000;
const killsOfARound = 3;
const roundDeadline = 120_000;

/**
 * Kills daemons whose jobs do without them, again and again: each job must come to the same end as an
 * undisturbed one, having said the same and done everything once.
 */
export async function runOutlive(options: OutliveOptions): Promise<OutliveReport> {
  await using fleet = await createOutlivingFleet();
  const random = createRandom(options.seed);
  const violations: string[] = [];
  const stories = await undisturbed(fleet);
  let kills = 0;
  let jobs = 0;
  for (let round = 1; kills < options.kills; round++) {
    forgetEffects(fleet);
    const most = Math.min(killsOfARound, options.kills - kills);
    const disturbed = await disturb(fleet, { random, kills: most });
    const ended = await finish(fleet, disturbed.ids);
    const broken = ended.flatMap((job) => findBroken(fleet, job, stories));
    violations.push(...[...disturbed.broken, ...broken].map((text) => `round ${round}: ${text}`));
    jobs += ended.length;
    kills += most;
    options.onKill?.(kills);
  }
  return { violations, kills, jobs };
}

async function undisturbed(fleet: TestFleet): Promise<Stories> {
  await using manager = fleet.manager();
  await manager.initialize();
  await manager.start();
  const jobs = await Promise.all(outliving.map((name) => manager.trigger(name)));
  const ended = await untilOver(
    manager,
    jobs.map(({ id }) => id),
  );
  return new Map(ended.map((job) => [job.agentName, storyOf(fleet.stateDir, job)]));
}

/** Starts the jobs and kills one daemon after the other. */
async function disturb(
  fleet: TestFleet,
  { random, kills }: { readonly random: Random; readonly kills: number },
): Promise<{ readonly ids: readonly string[]; readonly broken: readonly string[] }> {
  const broken: string[] = [];
  let ids: readonly string[] = [];
  for (let life = 1; life <= kills; life++) {
    const daemon = fork(
      program,
      [fleet.configPath, fleet.stateDir, ...(life === 1 ? outliving : [])],
      {
        env: { PATH: process.env["PATH"], ...fleet.env },
        execArgv: ["--conditions=herdctl-source"],
        stdio: ["ignore", "ignore", "inherit", "ipc"],
      },
    );
    const exit = once(daemon, "exit");
    const [accepted] = await Promise.race([once(daemon, "message"), exit.then(() => [undefined])]);
    if (accepted === undefined) return { ids, broken: [...broken, "a daemon could not start"] };
    if (life === 1) ids = accepted;
    await delay(random.integer(longestLife));
    daemon.kill("SIGKILL");
    await exit;
    await using reader = fleet.manager();
    await reader.initialize();
    broken.push(...findIdleProcesses(reader));
    if (random.chance(0.5)) await answerWaiting(reader);
  }
  return { ids, broken };
}

async function finish(fleet: TestFleet, ids: readonly string[]): Promise<readonly Job[]> {
  await using manager = fleet.manager();
  await manager.initialize();
  await manager.start();
  return await untilOver(manager, ids);
}

async function untilOver(manager: FleetManager, ids: readonly string[]): Promise<readonly Job[]> {
  const signal = AbortSignal.timeout(roundDeadline);
  const over = new AbortController();
  const ended = Promise.all(ids.map((id) => manager.waitForJob(id, { signal })));
  void ended.catch(() => undefined).finally(() => over.abort());
  while (!over.signal.aborted) {
    await answerWaiting(manager);
    await delay(100, undefined, { signal: over.signal }).catch(() => undefined);
  }
  return await ended;
}

// Only what has been put off: an answer in time would tell another story.
async function answerWaiting(manager: FleetManager): Promise<void> {
  for (const { id, jobId, kind } of manager.getApprovals({ status: "pending" })) {
    if (manager.getJob(jobId).status !== "waiting") continue;
    await manager.answerApproval(
      id,
      kind === "question" ? { answer: "blue" } : { decision: "allow" },
    );
  }
}

function findIdleProcesses(manager: FleetManager): readonly string[] {
  const waiting = new Set(manager.getJobs({ status: "waiting" }).map(({ id }) => id));
  return processesOfJobs(waiting).map((process) => `a waiting job has the process ${process}`);
}

function findBroken(fleet: TestFleet, job: Job, stories: Stories): readonly string[] {
  const name = job.agentName as Outliving;
  const told = storyOf(fleet.stateDir, job);
  const expected = stories.get(name) ?? [];
  const done = effectsOf(fleet, name);
  return [
    ...(told.join("\n") === expected.join("\n")
      ? []
      : [`${name} ${job.id} told another story:\n${told.join("\n")}\nnot\n${expected.join("\n")}`]),
    ...(done.join() === effects[name].join() ? [] : [`${name} ${job.id} did ${done.join(", ")}`]),
  ];
}

function forgetEffects(fleet: TestFleet): void {
  for (const name of outliving) rmSync(join(fleet.workspace(name), "ran"), { force: true });
}
