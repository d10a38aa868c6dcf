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
const parsed = new RecentValues<Cron>(16);

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

// No instant lies between one that was asked about and the one that was found.
function rememberingLast(find: (after: number) => number): CronCalendar {
  let [from, next] = [Infinity, -Infinity];
  return {
    next(after) {
      if (after < from || after >= next) [from, next] = [after, find(after)];
      return next === Infinity ? undefined : next;
    },
  };
}
