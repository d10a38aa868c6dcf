import type { Clock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import type { FireClaim, FireKey, UndecidedFire } from "../state/store.ts";
import { isClockBehind, placeInactive, placeSchedule } from "./anchor.ts";
import { Decisions, type DecisionsOptions } from "./decisions.ts";
import { type DuePlan, isLate, isWorthFiring, planDue } from "./due.ts";
import { keyOf, type ScheduleEntry } from "./schedule-entry.ts";
import { setCovered, type TimedSchedule, toKey, wakeTime } from "./timed-schedule.ts";
import { createTimetable } from "./timetable.ts";

/** Instants that passed while nobody could fire them. */
export interface MissedRange {
  readonly agentName: string;
  readonly scheduleName: string;
  readonly from: Date;
  readonly until: Date;
  readonly count: number;
}

export interface SchedulerOptions extends DecisionsOptions {
  readonly clock: Clock;
  /** Name of this process as an owner of what it decides. */
  readonly node: string;
  /** Tells whether another process that was deciding still is. */
  readonly isNodeAlive: (node: string) => boolean;
  /** Longest sleep, milliseconds: after it the clock is looked at again. */
  readonly checkInterval: number;
  readonly onMissed: (range: MissedRange) => void;
  /** Tells whether `onFire` waits for nothing but the store for this schedule. */
  readonly isDecidedAtOnce: (entry: ScheduleEntry) => boolean;
}

interface Planned {
  readonly item: TimedSchedule;
  readonly plan: DuePlan;
}

// A disk that fails may have room again in a moment.
const pauseAfterFailure = 1_000;
// What it may take beyond its longest sleep to look at the clock: a burst, a slow disk.
const patience = 30_000;

/**
 * Fires schedules at their due instants. It sleeps until the next one. Two processes never fire the
 * same one: an instant gets its row in the ledger with its fate, or, where deciding that takes time,
 * is claimed there before.
 */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #decisions: Decisions;
  #timed = new Map<string, TimedSchedule>();
  #stop = new AbortController();
  #wake = new AbortController();
  #loop: Promise<void> = Promise.resolve();
  #startedAt = 0;
  #lookedAt: number | undefined;
  #replacements = 0;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#decisions = new Decisions(options);
  }

  /** Starts with these schedules; disabled ones are left out. */
  async start(entries: readonly ScheduleEntry[]): Promise<void> {
    this.#stop = new AbortController();
    this.#startedAt = this.#options.clock.now();
    await this.replace(entries);
    await this.#decideLeftovers();
    this.#loop = this.#run(this.#stop.signal);
  }

  /** Takes new schedules; those that did not change keep their place in time. */
  async replace(entries: readonly ScheduleEntry[]): Promise<void> {
    this.#replacements += 1;
    const turn = this.#replacements;
    const timed = await Promise.all(entries.map((entry) => this.#prepare(entry)));
    // Somebody with newer schedules came in between.
    if (turn !== this.#replacements) return;
    this.#timed = new Map(timed.flatMap((item) => (item ? [[keyOf(item.entry), item]] : [])));
    this.#wake.abort();
  }

  /** When a schedule fires next, if it is active. */
  next(agentName: string, scheduleName: string): Date | null {
    const wakeAt = this.#timed.get(`${agentName}/${scheduleName}`)?.wakeAt;
    return wakeAt === undefined ? null : new Date(wakeAt);
  }

  /** Tells whether it runs, and has looked at the clock when it was to. */
  isTicking(): boolean {
    const { clock, checkInterval } = this.#options;
    return this.#lookedAt !== undefined && clock.now() - this.#lookedAt < checkInterval + patience;
  }

  /** Fires nothing more; resolves once nothing is being decided. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake.abort();
    await this.#loop;
    await this.#decisions.settled();
    this.#lookedAt = undefined;
    this.#timed.clear();
  }

  async #prepare(entry: ScheduleEntry): Promise<TimedSchedule | undefined> {
    try {
      return await this.#place(entry);
    } catch (error) {
      this.#report(`schedule ${keyOf(entry)} cannot run: ${messageOf(error)}`, entry.agentName);
      return undefined;
    }
  }

  async #place(entry: ScheduleEntry): Promise<TimedSchedule | undefined> {
    const { agentName, schedule } = entry;
    const stored = this.#options.store.schedules.get(agentName, schedule.name);
    if (!schedule.enabled || stored?.enabled === false) {
      await placeInactive(this.#options, entry);
      return undefined;
    }
    const { anchor, era, last, clockChanged } = await placeSchedule(this.#options, entry);
    const timetable = createTimetable(schedule, { key: keyOf(entry), anchor });
    if (!timetable) return undefined;
    if (clockChanged) await this.#coverClockChange(entry, { anchor, era });
    const covered = clockChanged ? anchor : Math.max(last ?? timetable.start, timetable.start);
    return { entry, timetable, era, covered, wakeAt: wakeTime(timetable, covered) };
  }

  // The instants begin anew where the clock is now: their first is not due, it stands for the change.
  async #coverClockChange(
    { agentName, schedule }: ScheduleEntry,
    { anchor, era }: { readonly anchor: number; readonly era: number },
  ): Promise<void> {
    const dueAt = new Date(anchor).toISOString();
    const key = { agentName, scheduleName: schedule.name, dueAt, era };
    const row = {
      ...key,
      until: dueAt,
      count: 1,
      fate: "skipped",
      reason: "clock_changed",
    } as const;
    if (await this.#options.store.fires.cover(row)) this.#options.onSkipped(key, row.reason);
  }

  async #run(stop: AbortSignal): Promise<void> {
    const { clock, checkInterval } = this.#options;
    while (!stop.aborted) {
      this.#wake = new AbortController();
      const wait = await this.#step().then(
        () => Math.min(this.#earliest() - clock.now(), checkInterval),
        (error: unknown) => {
          this.#report(`scheduler: ${messageOf(error)}`);
          return pauseAfterFailure;
        },
      );
      if (stop.aborted) return;
      if (wait > 0) await clock.sleep(wait, this.#wake.signal).catch(() => undefined);
    }
  }

  async #step(): Promise<void> {
    await this.#placeAnew(this.#options.clock.now());
    await this.#fireDue(this.#options.clock.now());
    this.#lookedAt = this.#options.clock.now();
  }

  async #placeAnew(now: number): Promise<void> {
    const behind = [...this.#timed.values()].filter(({ entry, covered }) =>
      isClockBehind(entry, covered, now),
    );
    await Promise.all(
      behind.map(async (item) => {
        const placed = await this.#prepare(item.entry);
        const key = keyOf(item.entry);
        if (placed && this.#timed.get(key) === item) this.#timed.set(key, placed);
      }),
    );
  }

  #earliest(): number {
    let earliest = Number.POSITIVE_INFINITY;
    for (const { wakeAt } of this.#timed.values()) {
      if (wakeAt !== undefined && wakeAt < earliest) earliest = wakeAt;
    }
    return earliest;
  }

  async #fireDue(now: number): Promise<void> {
    const due = [...this.#timed.values()].flatMap((item) => {
      const plan = this.#plan(item, now);
      return plan ? [{ item, plan }] : [];
    });
    if (due.length === 0) return;
    const ours = await this.#coverAllMissed(due);
    const kinds = Map.groupBy(ours, (planned) => this.#isDecidedAtOnce(planned));
    const results = await Promise.allSettled([
      ...(kinds.get(true) ?? []).map((planned) => this.#decideAtOnce(planned)),
      this.#claim(kinds.get(false) ?? []),
    ]);
    for (const result of results) if (result.status === "rejected") throw result.reason;
  }

  #isDecidedAtOnce({ item: { entry }, plan }: Planned): boolean {
    return (
      plan.fires.length === 1 &&
      !this.#decisions.isDeciding(entry) &&
      this.#options.isDecidedAtOnce(entry)
    );
  }

  // Until it has its row it counts as not covered, and is tried again.
  async #decideAtOnce({ item, plan }: Planned): Promise<void> {
    const signal = this.#stop.signal;
    for (const { due, late } of plan.fires) {
      const fire = { entry: item.entry, claim: toKey(item, due), late, signal };
      await this.#decisions.decideNow(fire);
    }
    setCovered(item, plan.covered);
  }

  async #claim(planned: readonly Planned[]): Promise<void> {
    const fires = planned.flatMap(({ item, plan }) =>
      plan.fires.map((fire) => ({ item, late: fire.late, key: toKey(item, fire.due) })),
    );
    const keys = fires.map(({ key }) => key);
    const { store, node } = this.#options;
    const claimed = keys.length === 0 ? [] : await store.fires.claim(keys, node);
    for (const { item, plan } of planned) setCovered(item, plan.covered);
    const claims = new Map(claimed.map((claim) => [idOf(claim), claim]));
    for (const { item, late, key } of fires) {
      const claim = claims.get(idOf(key));
      if (claim) this.#decide(item, claim, late);
    }
  }

  #plan(item: TimedSchedule, now: number): DuePlan | undefined {
    if (item.wakeAt === undefined || item.wakeAt > now) return undefined;
    try {
      return planDue(item.timetable, item.entry.schedule, { after: item.covered, now });
    } catch (error) {
      item.wakeAt = undefined;
      this.#report(
        `schedule ${keyOf(item.entry)} cannot go on: ${messageOf(error)}`,
        item.entry.agentName,
      );
      return undefined;
    }
  }

  // An instant is claimed only when everything before it has its row: so what the ledger covers has no
  // gap, and whoever meets a row of another process goes on behind the last one.
  async #coverAllMissed(due: readonly Planned[]): Promise<readonly Planned[]> {
    const covered = await Promise.all(due.map(({ item, plan }) => this.#coverMissed(item, plan)));
    for (const [index, { item, plan }] of due.entries()) {
      if (!covered[index]) setCovered(item, this.#lastInstant(item) ?? plan.covered);
    }
    return due.filter((_, index) => covered[index]);
  }

  #lastInstant({ entry, era }: TimedSchedule): number | undefined {
    const last = this.#options.store.fires.last(entry.agentName, entry.schedule.name);
    return last && (last.era ?? 0) === era ? Date.parse(last.until ?? last.dueAt) : undefined;
  }

  async #coverMissed(item: TimedSchedule, { missed }: DuePlan): Promise<boolean> {
    if (!missed) return true;
    const { from, until, count } = missed;
    const isOurs = await this.#options.store.fires.cover({
      ...toKey(item, from),
      until: new Date(until).toISOString(),
      count,
      fate: "missed",
      reason: from < this.#startedAt ? "daemon_down" : "suspended",
    });
    if (isOurs) this.#reportMissed(item.entry, { from, until, count });
    return isOurs;
  }

  #reportMissed(
    { agentName, schedule }: ScheduleEntry,
    { from, until, count }: NonNullable<DuePlan["missed"]>,
  ): void {
    const [first, last] = [new Date(from), new Date(until)];
    this.#options.onMissed({
      agentName,
      scheduleName: schedule.name,
      from: first,
      until: last,
      count,
    });
  }

  // Claimed by a scheduler that ended before it decided: the job would be in the transaction of its
  // row, so nothing has happened yet.
  async #decideLeftovers(): Promise<void> {
    const { store, node, isNodeAlive } = this.#options;
    const left = store.fires
      .undecided()
      .filter(({ owner }) => owner === undefined || owner === node || !isNodeAlive(owner));
    await Promise.all(left.map((fire) => this.#decideLeftover(fire)));
  }

  async #decideLeftover({ owner: _owner, ...fire }: UndecidedFire): Promise<void> {
    const { store, node, clock } = this.#options;
    const claim = await store.fires.takeOver(fire, node);
    if (!claim) return;
    const item = this.#timed.get(`${fire.agentName}/${fire.scheduleName}`);
    if (!item) return this.#decisions.skip(claim, "disabled");
    const { timetable, entry } = item;
    const due = Date.parse(fire.dueAt);
    const lateness = clock.now() - timetable.fireTime(due);
    const next = timetable.next(due) ?? Infinity;
    const isOvertaken = entry.schedule.catchUp !== "all" && next <= clock.now();
    if (!isOvertaken && isWorthFiring(entry.schedule, lateness))
      return this.#decide(item, claim, isLate(lateness));
    if (await store.fires.resolve(claim, { fate: "missed", reason: "daemon_down" }))
      this.#reportMissed(entry, { from: due, until: due, count: 1 });
  }

  #decide({ entry }: TimedSchedule, claim: FireClaim, late: boolean): void {
    this.#decisions.add({ entry, claim, late, signal: this.#stop.signal });
  }

  #report(message: string, agentName?: string): void {
    this.#options.logger.error(message, {
      source: "scheduler",
      ...(agentName !== undefined && { agentName }),
    });
  }
}

function idOf({ agentName, scheduleName, dueAt }: FireKey): string {
  return `${agentName}/${scheduleName}/${dueAt}`;
}
