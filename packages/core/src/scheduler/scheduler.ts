import type { Clock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import type { FireClaim, FireKey, UndecidedFire } from "../state/store.ts";
import { isClockBehind, placeInactive, placeSchedule } from "./anchor.ts";
import { Decisions, type DecisionsOptions } from "./decisions.ts";
import { type DuePlan, isLate, isWorthFiring, planDue } from "./due.ts";
import { keyOf, type ScheduleEntry } from "./schedule-entry.ts";
import { createTimetable, type Timetable } from "./timetable.ts";

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
}

interface Timed {
  readonly entry: ScheduleEntry;
  readonly timetable: Timetable;
  readonly era: number;
  /** Instants up to here have their row. */
  covered: number;
  /** When the next one fires, its jitter included. */
  wakeAt: number | undefined;
}

interface Planned {
  readonly item: Timed;
  readonly plan: DuePlan;
}

// A disk that fails may have room again in a moment.
const pauseAfterFailure = 1_000;

/**
 * Fires schedules at their due instants. It sleeps until the next one; each due instant is claimed in
 * the ledger before anything is done about it, so that two processes never fire the same one.
 */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #decisions: Decisions;
  #timed = new Map<string, Timed>();
  #stop = new AbortController();
  #wake = new AbortController();
  #loop: Promise<void> = Promise.resolve();
  #startedAt = 0;
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

  /** Fires nothing more; resolves once nothing is being decided. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake.abort();
    await this.#loop;
    await this.#decisions.settled();
    this.#timed.clear();
  }

  async #prepare(entry: ScheduleEntry): Promise<Timed | undefined> {
    try {
      return await this.#place(entry);
    } catch (error) {
      this.#report(`schedule ${keyOf(entry)} cannot run: ${messageOf(error)}`, entry.agentName);
      return undefined;
    }
  }

  async #place(entry: ScheduleEntry): Promise<Timed | undefined> {
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
    const fires = ours.flatMap(({ item, plan }) =>
      plan.fires.map((fire) => ({ item, late: fire.late, key: toKey(item, fire.due) })),
    );
    const keys = fires.map(({ key }) => key);
    const claimed = await this.#options.store.fires.claim(keys, this.#options.node);
    for (const { item, plan } of ours) setCovered(item, plan.covered);
    const claims = new Map(claimed.map((claim) => [idOf(claim), claim]));
    for (const { item, late, key } of fires) {
      const claim = claims.get(idOf(key));
      if (claim) this.#decide(item, claim, late);
    }
  }

  #plan(item: Timed, now: number): DuePlan | undefined {
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

  #lastInstant({ entry, era }: Timed): number | undefined {
    const last = this.#options.store.fires.last(entry.agentName, entry.schedule.name);
    return last && (last.era ?? 0) === era ? Date.parse(last.until ?? last.dueAt) : undefined;
  }

  async #coverMissed(item: Timed, { missed }: DuePlan): Promise<boolean> {
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

  #decide({ entry }: Timed, claim: FireClaim, late: boolean): void {
    this.#decisions.add({ entry, claim, late, signal: this.#stop.signal });
  }

  #report(message: string, agentName?: string): void {
    this.#options.logger.error(message, {
      source: "scheduler",
      ...(agentName !== undefined && { agentName }),
    });
  }
}

function setCovered(item: Timed, covered: number): void {
  item.covered = covered;
  item.wakeAt = wakeTime(item.timetable, covered);
}

function wakeTime(timetable: Timetable, covered: number): number | undefined {
  const next = timetable.next(covered);
  return next === undefined ? undefined : timetable.fireTime(next);
}

function toKey({ entry, era }: Timed, due: number): FireKey {
  const dueAt = new Date(due).toISOString();
  const names = { agentName: entry.agentName, scheduleName: entry.schedule.name };
  return { ...names, dueAt, ...(era !== 0 && { era }) };
}

function idOf({ agentName, scheduleName, dueAt }: FireKey): string {
  return `${agentName}/${scheduleName}/${dueAt}`;
}
