import type { Clock } from "../clock.ts";
import type { ResolvedSchedule } from "../config/resolved.ts";
import { messageOf } from "../errors.ts";
import type { Logger } from "../logger.ts";
import type { FireKey, StateStore } from "../state/store.ts";
import { createTimetable, planDue, type Timetable } from "./due.ts";

/** A schedule of an agent. */
export interface ScheduleEntry {
  readonly agentName: string;
  readonly schedule: ResolvedSchedule;
}

/** Instants that passed while nobody could fire them. */
export interface MissedRange {
  readonly agentName: string;
  readonly scheduleName: string;
  readonly from: Date;
  readonly until: Date;
  readonly count: number;
}

export interface SchedulerOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: StateStore;
  /** Longest sleep, milliseconds: after it the clock is looked at again. */
  readonly checkInterval: number;
  /** Decides a fire whose ledger row is ours: makes the job or resolves the row. */
  readonly onFire: (entry: ScheduleEntry, key: FireKey) => Promise<void>;
  readonly onMissed: (range: MissedRange) => void;
}

interface Timed {
  readonly entry: ScheduleEntry;
  readonly timetable: Timetable;
  /** Instants up to here have their row. */
  covered: number;
  next: number | undefined;
}

// A fire this late still counts as on time: timers and group commits take a while.
const onTime = 5_000;

/**
 * Fires schedules at their due instants. It sleeps until the next one; each due instant is claimed in
 * the ledger before anything is done about it, so that two processes never fire the same one.
 */
export class Scheduler {
  readonly #options: SchedulerOptions;
  #timed = new Map<string, Timed>();
  #stop = new AbortController();
  #wake = new AbortController();
  #loop: Promise<void> = Promise.resolve();
  readonly #fires = new Set<Promise<void>>();

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  /** Starts with these schedules; disabled ones are left out. */
  async start(entries: readonly ScheduleEntry[]): Promise<void> {
    this.#stop = new AbortController();
    await this.replace(entries);
    this.#decideLeftovers();
    this.#loop = this.#run(this.#stop.signal);
  }

  /** Takes new schedules; those that did not change keep their place in time. */
  async replace(entries: readonly ScheduleEntry[]): Promise<void> {
    const timed = await Promise.all(entries.map((entry) => this.#prepare(entry)));
    this.#timed = new Map(timed.flatMap((item) => (item ? [[keyOf(item.entry), item]] : [])));
    this.#wake.abort();
  }

  /** Next due instant of a schedule, if it is active. */
  next(agentName: string, scheduleName: string): Date | null {
    const next = this.#timed.get(`${agentName}/${scheduleName}`)?.next;
    return next === undefined ? null : new Date(next);
  }

  /** Fires nothing more; resolves once fires that were being decided are decided. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake.abort();
    await this.#loop;
    await Promise.all(this.#fires);
    this.#timed.clear();
  }

  async #prepare(entry: ScheduleEntry): Promise<Timed | undefined> {
    const { store, clock, logger } = this.#options;
    const { agentName, schedule } = entry;
    try {
      const stored = store.schedules.get(agentName, schedule.name);
      if (!schedule.enabled || stored?.enabled === false) return undefined;
      const anchor = await this.#anchorOf(entry);
      const timetable = createTimetable(schedule, anchor);
      if (!timetable) return undefined;
      const last = store.fires.last(agentName, schedule.name);
      const lastInstant = last ? Date.parse(last.until ?? last.dueAt) : timetable.start;
      const covered = Math.max(lastInstant, timetable.start);
      return { entry, timetable, covered, next: timetable.next(Math.min(covered, clock.now())) };
    } catch (error) {
      logger.error(`schedule ${agentName}/${schedule.name} cannot run: ${messageOf(error)}`, {
        agentName,
      });
      return undefined;
    }
  }

  /** The grid's start persists: a restart or a manual trigger does not move it, a new expression does. */
  async #anchorOf({ agentName, schedule }: ScheduleEntry): Promise<number> {
    const { store, clock } = this.#options;
    const stored = store.schedules.get(agentName, schedule.name);
    const expression =
      `${schedule.type} ${schedule.expression ?? ""} ${schedule.timezone ?? ""}`.trim();
    if (stored?.anchor !== undefined && stored.expression === expression)
      return Date.parse(stored.anchor);
    const now = clock.now();
    const anchor = new Date(now).toISOString();
    await store.schedules.put({ agentName, scheduleName: schedule.name, anchor, expression });
    return now;
  }

  async #run(stop: AbortSignal): Promise<void> {
    const { clock, checkInterval, logger } = this.#options;
    while (!stop.aborted) {
      try {
        await this.#fireDue(clock.now());
      } catch (error) {
        logger.error(`scheduler: ${messageOf(error)}`);
      }
      if (stop.aborted) return;
      this.#wake = new AbortController();
      const wait = Math.min(this.#earliest() - clock.now(), checkInterval);
      if (wait > 0) await clock.sleep(wait, this.#wake.signal).catch(() => undefined);
    }
  }

  #earliest(): number {
    let earliest = Number.POSITIVE_INFINITY;
    for (const { next } of this.#timed.values()) {
      if (next !== undefined && next < earliest) earliest = next;
    }
    return earliest;
  }

  async #fireDue(now: number): Promise<void> {
    const due = [...this.#timed.values()].filter(({ next }) => next !== undefined && next <= now);
    const fires: { item: Timed; key: FireKey }[] = [];
    const covers: Promise<void>[] = [];
    for (const item of due) {
      const { agentName, schedule } = item.entry;
      const plan = planDue(item.timetable, schedule, { after: item.covered, now, onTime });
      item.covered = now;
      item.next = item.timetable.next(now);
      if (plan.missed) covers.push(this.#coverMissed(item.entry, plan.missed));
      if (plan.fire !== undefined) {
        const dueAt = new Date(plan.fire).toISOString();
        fires.push({ item, key: { agentName, scheduleName: schedule.name, dueAt } });
      }
    }
    if (due.length === 0) return;
    const claimed = await this.#options.store.fires.claim(fires.map(({ key }) => key));
    await Promise.all(covers);
    const ours = new Set(claimed.map((key) => `${key.agentName}/${key.scheduleName}/${key.dueAt}`));
    for (const { item, key } of fires) {
      if (ours.has(`${keyOf(item.entry)}/${key.dueAt}`)) this.#decide(item.entry, key);
    }
  }

  async #coverMissed(
    { agentName, schedule }: ScheduleEntry,
    missed: { readonly from: number; readonly until: number; readonly count: number },
  ): Promise<void> {
    const [from, until] = [new Date(missed.from), new Date(missed.until)];
    await this.#options.store.fires.cover({
      agentName,
      scheduleName: schedule.name,
      dueAt: from.toISOString(),
      until: until.toISOString(),
      count: missed.count,
      fate: "missed",
      reason: "daemon_down",
    });
    this.#options.onMissed({
      agentName,
      scheduleName: schedule.name,
      from,
      until,
      count: missed.count,
    });
  }

  // Claimed by a daemon that died before it decided: the job would be in the ledger's transaction, so
  // nothing has happened yet.
  #decideLeftovers(): void {
    for (const { entry } of this.#timed.values()) {
      const last = this.#options.store.fires.last(entry.agentName, entry.schedule.name);
      if (last?.fate === "deciding") this.#decide(entry, last);
    }
  }

  // One slow or broken decision must not hold up another schedule.
  #decide(entry: ScheduleEntry, key: FireKey): void {
    const { onFire, logger, store } = this.#options;
    const decision = onFire(entry, key).catch(async (error: unknown) => {
      logger.error(`schedule ${keyOf(entry)} failed to fire: ${messageOf(error)}`, {
        agentName: key.agentName,
      });
      await store.fires.resolve(key, { fate: "skipped", reason: "error" }).catch(() => undefined);
    });
    this.#fires.add(decision);
    void decision.finally(() => this.#fires.delete(decision));
  }
}

function keyOf({ agentName, schedule }: ScheduleEntry): string {
  return `${agentName}/${schedule.name}`;
}
