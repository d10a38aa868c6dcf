import { Cron } from "croner";
import { RecentValues } from "./recent-values.ts";

/**
 * Calculates the instants of a cron expression in a time zone. A local time that does not exist
 * (clocks forward) falls on the next valid instant; one that occurs twice counts once.
 */
export interface CronCalendar {
  /** First instant later than `after`, milliseconds; `undefined`: never again. */
  next(after: number): number | undefined;
}

// Schedules of the same times share what was calculated.
const calendars = new RecentValues<CronCalendar>(10_000);
// croner takes 20 µs to parse and then keeps 80 kB, a place for every year up to 9999.
const parsed = new RecentValues<Cron>(4);

/** Parses 5 or 6 fields or a nickname such as `@daily`; throws on anything else. */
export function createCronCalendar(expression: string, timezone?: string): CronCalendar {
  const key = `${timezone ?? ""} ${expression}`;
  const cron = (): Cron =>
    parsed.get(key, () => new Cron(expression, { paused: true, ...(timezone && { timezone }) }));
  return calendars.get(key, () => {
    cron();
    return rememberingLast((after) => cron().nextRun(new Date(after))?.getTime() ?? Infinity);
  });
}

/** No instant lies between `after` and `next`. */
interface Gap {
  readonly after: number;
  readonly next: number;
}

// Schedules that are due together ask about the instant that has come, and about the one behind it.
function rememberingLast(find: (after: number) => number): CronCalendar {
  let gaps: readonly Gap[] = [];
  return {
    next(after) {
      const known = gaps.find((gap) => gap.after <= after && after < gap.next);
      const gap = known ?? { after, next: find(after) };
      if (!known) gaps = [gap, ...gaps.slice(0, 1)];
      return gap.next === Infinity ? undefined : gap.next;
    },
  };
}
