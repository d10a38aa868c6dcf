import type { ResolvedSchedule } from "../config/resolved.ts";
import { createCronCalendar } from "./cron.ts";
import { countIntervalInstants, lastIntervalInstant, nextIntervalInstant } from "./interval.ts";
import { jitterOf } from "./jitter.ts";

/** The instants of one schedule, whatever kind it is; milliseconds. */
export interface Timetable {
  /** Instants up to here are decided: before the first fire, just before the first instant. */
  readonly start: number;
  /** First instant later than `after`. */
  next(after: number): number | undefined;
  /** The instants in `(after, until]`. */
  between(after: number, until: number): InstantRange | undefined;
  /** When an instant fires: its jitter later. Never after the next instant. */
  fireTime(due: number): number;
}

export interface InstantRange {
  readonly count: number;
  readonly first: number;
  /** The last instants, oldest first: at most {@link longestTail}. */
  readonly tail: readonly number[];
  /** There are more instants: a calendar looks at so many at a time. */
  readonly more: boolean;
}

/** More instants of one schedule than these never run late. */
export const mostCaughtUp = 100;
/** Room for one that is missed before them. */
export const longestTail: number = mostCaughtUp + 1;
// A calendar takes up to 40 µs for an instant; a daemon that was down for months must not stall.
const longestLook = 2_000;

type Timing = Pick<ResolvedSchedule, "type" | "interval" | "cron" | "timezone" | "jitter">;

/**
 * The timetable of an interval or cron schedule; `undefined` for kinds that something else triggers.
 * `key` tells schedules with the same jitter apart.
 */
export function createTimetable(
  schedule: Timing,
  { key, anchor }: { readonly key: string; readonly anchor: number },
): Timetable | undefined {
  const { type, interval, cron, timezone, jitter } = schedule;
  if (type === "interval" && interval !== undefined) {
    return {
      ...intervalTimetable(anchor, interval),
      fireTime: (due) => due + jitterOf(key, due, Math.min(jitter, interval)),
    };
  }
  if (type === "cron" && cron !== undefined) {
    const instants = cronTimetable(anchor, cron, timezone);
    const gap = (due: number): number => (instants.next(due) ?? Infinity) - due;
    const span = (due: number): number => (jitter === 0 ? 0 : Math.min(jitter, gap(due)));
    return { ...instants, fireTime: (due) => due + jitterOf(key, due, span(due)) };
  }
  return undefined;
}

type Instants = Omit<Timetable, "fireTime">;

function intervalTimetable(anchor: number, interval: number): Instants {
  const grid = { anchor, interval };
  return {
    // A schedule that has never run fires at its anchor.
    start: anchor - 1,
    next: (after) => nextIntervalInstant(grid, after),
    between(after, until) {
      const count = countIntervalInstants(grid, after, until);
      const last = lastIntervalInstant(grid, until);
      if (count === 0 || last === undefined) return undefined;
      const length = Math.min(count, longestTail);
      const tail = Array.from({ length }, (_, i) => last - (length - 1 - i) * interval);
      return { count, first: nextIntervalInstant(grid, after), tail, more: false };
    },
  };
}

function cronTimetable(anchor: number, expression: string, timezone?: string): Instants {
  const calendar = createCronCalendar(expression, timezone);
  return {
    start: anchor,
    next: (after) => calendar.next(after),
    between(after, until) {
      const found: number[] = [];
      let next = calendar.next(after);
      while (next !== undefined && next <= until && found.length < longestLook) {
        found.push(next);
        next = calendar.next(next);
      }
      const [first] = found;
      if (first === undefined) return undefined;
      const more = next !== undefined && next <= until;
      return { count: found.length, first, tail: found.slice(-longestTail), more };
    },
  };
}
