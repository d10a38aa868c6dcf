import type { ResolvedSchedule } from "../config/resolved.ts";
import { createCronCalendar } from "./cron.ts";
import { countIntervalInstants, lastIntervalInstant, nextIntervalInstant } from "./interval.ts";

/** The instants of one schedule, whatever kind it is; milliseconds. */
export interface Timetable {
  /** First instant later than `after`. */
  next(after: number): number | undefined;
  /** The instants in `(after, until]`: how many, the first and the last. */
  between(after: number, until: number): InstantRange | undefined;
  /** Instants up to here are decided: before the first fire, just before the first instant. */
  readonly start: number;
}

export interface InstantRange {
  readonly count: number;
  readonly first: number;
  readonly last: number;
  /** The instant before `last`, when there is one. */
  readonly beforeLast?: number;
}

/** What to do about the instants that have come due. */
export interface DuePlan {
  /** The instant to fire now. */
  readonly fire?: number;
  /** Instants that passed without anybody to fire them. */
  readonly missed?: { readonly from: number; readonly until: number; readonly count: number };
}

/** The timetable of an interval or cron schedule; `undefined` for kinds that something else triggers. */
export function createTimetable(schedule: ResolvedSchedule, anchor: number): Timetable | undefined {
  if (schedule.type === "interval" && schedule.interval !== undefined) {
    return intervalTimetable(anchor, schedule.interval);
  }
  if (schedule.type === "cron" && schedule.cron !== undefined) {
    return cronTimetable(anchor, schedule.cron, schedule.timezone);
  }
  return undefined;
}

/**
 * Decides what happens to the instants in `(after, now]`: the last one fires if it is recent enough,
 * earlier ones are missed.
 */
export function planDue(
  timetable: Timetable,
  policy: Pick<ResolvedSchedule, "catchUp" | "catchUpWindow">,
  times: { readonly after: number; readonly now: number; readonly onTime: number },
): DuePlan {
  const due = timetable.between(times.after, times.now);
  if (!due) return {};
  const late = times.now - due.last;
  const window =
    policy.catchUp === "skip" ? times.onTime : Math.max(policy.catchUpWindow, times.onTime);
  if (late > window) {
    return { missed: { from: due.first, until: due.last, count: due.count } };
  }
  if (due.beforeLast === undefined) return { fire: due.last };
  return {
    fire: due.last,
    missed: { from: due.first, until: due.beforeLast, count: due.count - 1 },
  };
}

function intervalTimetable(anchor: number, interval: number): Timetable {
  const grid = { anchor, interval };
  return {
    // A schedule that has never run fires at its anchor.
    start: anchor - 1,
    next: (after) => nextIntervalInstant(grid, after),
    between(after, until) {
      const count = countIntervalInstants(grid, after, until);
      const last = lastIntervalInstant(grid, until);
      if (count === 0 || last === undefined) return undefined;
      const first = nextIntervalInstant(grid, after);
      return { count, first, last, ...(count > 1 && { beforeLast: last - interval }) };
    },
  };
}

function cronTimetable(anchor: number, expression: string, timezone?: string): Timetable {
  const calendar = createCronCalendar(expression, timezone);
  return {
    start: anchor,
    next: (after) => calendar.next(after),
    between(after, until) {
      const first = calendar.next(after);
      if (first === undefined || first > until) return undefined;
      let [count, last, beforeLast]: [number, number, number | undefined] = [1, first, undefined];
      for (
        let next = calendar.next(last);
        next !== undefined && next <= until;
        next = calendar.next(last)
      ) {
        [count, last, beforeLast] = [count + 1, next, last];
      }
      return { count, first, last, ...(beforeLast !== undefined && { beforeLast }) };
    },
  };
}
