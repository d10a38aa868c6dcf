import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";
import { FleetManager, FleetManagerError } from "@herdctl/core";
import { note, readJournal, type Trouble } from "./journal.ts";
import type { LifePlan, Stage } from "./life.ts";
import { createRandom } from "./random.ts";
import { createScriptedRuntime, type SessionMemory } from "./scripted-runtime.ts";
import { policies, troubleOf } from "./trouble.ts";

// A daemon in a process of its own that works until its plan says that it dies.
const plan: LifePlan = JSON.parse(process.argv[2] ?? "{}");
const random = createRandom(plan.seed);
const visits = new Map<Stage, number>();
// Started, and not heard of: what dies before its claude begins is started anew.
const begun = new Map<string, string>();

const memory: SessionMemory = {
  lastStep(sessionId) {
    const steps = readJournal(plan.journal).flatMap((entry) =>
      entry.kind === "did" && entry.sessionId === sessionId ? [entry.step] : [],
    );
    return Math.max(0, ...steps);
  },
  add: (step) => note(plan.journal, { kind: "did", ...step }),
};
const runtime = createScriptedRuntime(random, { processes: true, onRun: meet, memory });
const fleet = new FleetManager({
  configPath: plan.configPath,
  stateDir: plan.stateDir,
  ...(plan.runtime === "scripted" && {
    runtimeFactory: () => runtime,
  }),
});
fleet.on("job:created", ({ job }) => {
  if (job.trigger === "schedule") reach("firing");
});
fleet.on("agent:started", ({ agentName, jobId }) => {
  begun.set(jobId, agentName);
  reach("starting");
});
fleet.on("job:output", ({ jobId, line }) => {
  const agentName = begun.get(jobId);
  begun.delete(jobId);
  if (plan.runtime === "claude" && agentName !== undefined) {
    const trouble = agentName === "windowed" || agentName in policies ? "unknown" : undefined;
    const run = { kind: "ran", jobId, agentName, at: Date.now() } as const;
    note(plan.journal, { ...run, ...(trouble && { trouble }) });
  }
  reach(line.type === "result" ? "finishing" : "streaming");
});
fleet.on("agent:stopped", () => reach("pruning"));
fleet.on("job:waiting", () => reach("waiting"));

reach("booting");
if (await begin()) await (plan.death ? live() : drain());

async function begin(): Promise<boolean> {
  try {
    await fleet.initialize();
    await fleet.start();
    process.send?.("ready");
    return true;
  } catch (error) {
    process.send?.(codeOf(error), () => process.exit(1));
    return false;
  }
}

async function live(): Promise<void> {
  const stop = plan.death?.stage === "stopping" ? 5 + random.integer(20) : Infinity;
  for (let step = 0; step < stop; step++) {
    const action = random.integer(11);
    if (action < 7) void trigger();
    else if (action < 8) await reload();
    else if (action < 9) await pauseOrResume();
    else void cancel();
    await delay(random.integer(plan.runtime === "scripted" ? 30 : 300));
  }
  reach("stopping");
  await fleet.stop({ timeout: random.integer(100) });
  process.exit();
}

async function drain(): Promise<void> {
  if (fleet.getAgent("held").paused) await pauseOrResume();
  // What its schedules make meanwhile is for the next one.
  const unfinished = ["queued", "running", "waiting"] as const;
  const left = unfinished.flatMap((status) => fleet.getJobs({ status }));
  await Promise.all(left.map(({ id }) => fleet.waitForJob(id)));
  await fleet.stop();
  process.disconnect();
}

async function trigger(): Promise<void> {
  const priority = random.pick([0, 0, 0, 5]);
  const agent = random.pick(["steady", "wide", "flaky", "windowed", "resumer", "held"]);
  reach("creating");
  try {
    const { id, agentName } = await fleet.trigger(agent, undefined, { priority });
    note(plan.journal, { kind: "accepted", jobId: id, agentName });
  } catch (error) {
    // A full disk: refused is not lost.
    if (codeOf(error) !== "STATE_DIR") throw error;
  }
}

async function cancel(): Promise<void> {
  const jobs = [...fleet.getJobs({ status: "running" }), ...fleet.getJobs({ status: "queued" })];
  const job = jobs[random.integer(jobs.length)];
  if (!job) return;
  reach("cancelling");
  try {
    await fleet.cancelJob(job.id);
    note(plan.journal, { kind: "cancelled", jobId: job.id });
  } catch (error) {
    // It was over before it could be cancelled, and perhaps forgotten; or the disk is full.
    if (!["INVALID_STATE", "JOB_NOT_FOUND", "STATE_DIR"].includes(codeOf(error))) throw error;
  }
}

async function pauseOrResume(): Promise<void> {
  const agentName = "held";
  reach("pausing");
  try {
    if (fleet.getAgent(agentName).paused) {
      note(plan.journal, { kind: "resuming", agentName, at: Date.now() });
      await fleet.resume(agentName);
    } else {
      await fleet.pause(agentName);
      note(plan.journal, { kind: "paused", agentName, at: Date.now() });
    }
  } catch (error) {
    // A full disk: it stays as it was.
    if (codeOf(error) !== "STATE_DIR") throw error;
  }
}

async function reload(): Promise<void> {
  const file = join(dirname(plan.configPath), "agents/wide.yaml");
  const agent = JSON.parse(readFileSync(file, "utf8"));
  const changed = { ...agent, concurrency: 1 + random.integer(4) };
  writeFileSync(`${file}.new`, JSON.stringify(changed));
  renameSync(`${file}.new`, file);
  reach("reloading");
  await fleet.reload();
}

function meet(job: { readonly jobId: string; readonly agentName: string }): Trouble | undefined {
  const at = Date.now();
  const trouble = troubleOf(job, readJournal(plan.journal), at);
  note(plan.journal, { kind: "ran", ...job, at, ...(trouble && { trouble }) });
  return trouble;
}

function codeOf(error: unknown): string {
  return error instanceof FleetManagerError ? error.code : String(error);
}

/** Dies if this is the instant. */
function reach(stage: Stage): void {
  const visit = (visits.get(stage) ?? 0) + 1;
  visits.set(stage, visit);
  const { death } = plan;
  if (death?.stage === stage && death.visit === visit) void die(death.after);
}

async function die(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await nextTurn();
  process.kill(process.pid, "SIGKILL");
}
