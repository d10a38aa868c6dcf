import type { TestFleet } from "@herdctl/testing";
import { createChaosFleet, repeatedTools } from "./chaos-fleet.ts";
import { findOvertaking, findViolations } from "./invariants.ts";
import { readJournal } from "./journal.ts";
import { type LifePlan, type Stage, stages, startLife } from "./life.ts";
import { createRandom, type Random } from "./random.ts";
import { readSnapshot, type Snapshot } from "./snapshot.ts";
import { processesOfJobs } from "./processes.ts";

export interface KillsOptions {
  readonly seed: number;
  readonly kills: number;
  readonly runtime: LifePlan["runtime"];
  /** Makes the state directory before the first life. */
  readonly prepare?: (stateDir: string) => Disposable;
  /** Stages to choose from (default: all of them in turn). */
  readonly stages?: readonly Stage[];
  /** A second daemon tries to start beside each, which lives until then. */
  readonly rival?: boolean;
  /** Before each life but the first, while this lasts, another daemon tries to start. */
  readonly between?: (stateDir: string) => Disposable;
  /** Makes trouble during a life, from its start until it is over. */
  readonly disturb?: (stateDir: string, began: Promise<unknown>) => Disposable;
  readonly onKill?: (killed: { readonly kill: number; readonly stage: Stage }) => void;
}

/** What came of it. */
export interface KillsReport {
  readonly violations: readonly string[];
  readonly kills: number;
  /** Kills by stage that the daemon was in. */
  readonly stages: Readonly<Partial<Record<Stage, number>>>;
  readonly accepted: number;
  readonly ran: number;
  readonly fired: number;
  /** Codes of daemons that were to be refused. */
  readonly refusals: readonly string[];
}

// Small enough that most kills see it at work.
const kept = 12;
const longestRefusal = 20_000;
const intervals = {
  "steady/often": 1_000,
  "tasker/take": 1_000,
  "wide/seldom": 2_000,
  "held/often": 1_000,
};

/**
 * Kills a daemon at its work again and again, each time at another instant of its work, and looks
 * after each death at what it left behind. At the end one daemon works off what is left.
 */
export async function runKills(options: KillsOptions): Promise<KillsReport> {
  await using fleet = await createChaosFleet(kept);
  using _prepared = options.prepare?.(fleet.stateDir);
  return await new Suite(fleet, options).run();
}

class Suite {
  readonly #fleet: TestFleet;
  readonly #options: KillsOptions;
  readonly #random: Random;
  readonly #journal: string;
  readonly #violations = new Set<string>();
  readonly #stages: Partial<Record<Stage, number>> = {};
  readonly #queues: string[][] = [];
  readonly #refusals: string[] = [];
  // Running when their daemon died; settled once the next daemon is ready.
  readonly #orphans = new Set<string>();
  readonly #takenOver = new Set<string>();

  constructor(fleet: TestFleet, options: KillsOptions) {
    this.#fleet = fleet;
    this.#options = options;
    this.#random = createRandom(options.seed);
    this.#journal = `${fleet.dir}/journal.ndjson`;
  }

  async run(): Promise<KillsReport> {
    let kills = 0;
    for (let life = 1; kills < this.#options.kills; life++) {
      const death = this.#planDeath(kills);
      const end = await this.#live(this.#plan(life, death), `life ${life} (${death.stage})`);
      if (end !== "killed") continue;
      kills += 1;
      this.#stages[death.stage] = (this.#stages[death.stage] ?? 0) + 1;
      this.#options.onKill?.({ kill: kills, stage: death.stage });
      using between = this.#options.between?.(this.#fleet.stateDir);
      if (between) await this.#expectRefusal(this.#plan(life));
    }
    return await this.#finish(kills);
  }

  async #finish(kills: number): Promise<KillsReport> {
    const before = new Set((await readSnapshot(this.#fleet.stateDir)).jobs.map(({ id }) => id));
    const end = await this.#live(this.#plan(0), "the last life");
    if (end !== "stopped") this.#violations.add(`the last life ${end}`);
    const journal = readJournal(this.#journal);
    const { jobs, fires, claims } = await readSnapshot(this.#fleet.stateDir);
    for (const { id, status } of jobs) {
      // What its own schedules queued while it stopped is for the next one.
      if (before.has(id) && ["queued", "running", "waiting"].includes(status))
        this.#violations.add(`job ${id} never ended: ${status}`);
    }
    for (const { fate, agentName, scheduleName, dueAt } of fires) {
      // What came due while it stopped was handed back: the next one decides it.
      const isLast = !fires.some(
        (later) =>
          later.agentName === agentName &&
          later.scheduleName === scheduleName &&
          later.dueAt > dueAt,
      );
      if (fate === "deciding" && !isLast)
        this.#violations.add(`the fire ${dueAt} was never decided`);
    }
    for (const claim of claims) this.#violations.add(`the claim on ${claim} is left`);
    for (const broken of findOvertaking(this.#queues, journal)) this.#violations.add(broken);
    const count = (kind: string): number => journal.filter((entry) => entry.kind === kind).length;
    return {
      violations: [...this.#violations],
      kills,
      stages: this.#stages,
      accepted: count("accepted"),
      ran: count("ran"),
      fired: fires.filter(({ fate }) => fate === "fired").length,
      refusals: this.#refusals,
    };
  }

  async #live(plan: LifePlan, name: string): Promise<"killed" | "stopped" | "failed"> {
    await using life = startLife(plan, this.#fleet.env);
    using _disturbance = plan.death && this.#options.disturb?.(this.#fleet.stateDir, life.began);
    if ((await life.began) === "ready") {
      const alive = processesOfJobs(this.#orphans);
      if (alive.length > 0) this.#violations.add(`${name}: orphans ${alive.join(", ")}`);
      for (const id of this.#orphans) this.#takenOver.add(id);
      this.#orphans.clear();
      if (this.#options.rival && plan.death) {
        await this.#expectRefusal(plan);
        life.kill();
      }
    }
    const end = await life.over;
    if (end === "failed") this.#violations.add(`${name} failed by itself`);
    const now = await this.#look(name);
    this.#remember(now);
    return end;
  }

  async #expectRefusal(plan: LifePlan): Promise<void> {
    await using refused = startLife(plan, this.#fleet.env);
    this.#refusals.push(await refused.began);
  }

  async #look(name: string): Promise<Snapshot> {
    const now = await readSnapshot(this.#fleet.stateDir);
    const journal = readJournal(this.#journal);
    const evidence = { journal, now, takenOver: this.#takenOver, kept, intervals };
    const broken = [...findViolations(evidence), ...repeatedTools(this.#fleet)];
    for (const violation of broken) this.#violations.add(`${name}: ${violation}`);
    return now;
  }

  #remember({ jobs, queue }: Snapshot): void {
    for (const { id, status } of jobs) if (status === "running") this.#orphans.add(id);
    const steady = queue.filter(({ agentName }) => agentName === "steady");
    this.#queues.push(steady.map(({ jobId }) => jobId));
  }

  #plan(life: number, death?: NonNullable<LifePlan["death"]>): LifePlan {
    const { seed, runtime } = this.#options;
    const { configPath, stateDir } = this.#fleet;
    const own = { seed: seed * 100_003 + life, configPath, stateDir, journal: this.#journal };
    return { ...own, runtime, ...(death && { death }) };
  }

  // Every stage has its turn; when exactly is chance.
  #planDeath(kill: number): NonNullable<LifePlan["death"]> {
    const choice = this.#options.stages ?? stages;
    const stage = choice[kill % choice.length] ?? "anywhere";
    const visit = stage === "booting" || stage === "stopping" ? 1 : 1 + this.#random.integer(4);
    if (this.#options.rival) return { stage: "anywhere", visit: 1, after: longestRefusal };
    const span = { anywhere: 700, booting: 400 }[stage as string] ?? 14;
    return { stage, visit, after: this.#random.integer(span) };
  }
}
