import { Cron } from "croner";

/**
 * Calculates the instants of a cron expression in a time zone. A local time that does not exist
 * (clocks forward) falls on the next valid instant; one that occurs twice counts once.
 */
export interface CronCalendar {
  /** First instant later than `after`, milliseconds; `undefined`: never again. */
  next(after: number): number | undefined;
}

/** Parses 5 or 6 fields or a nickname such as `@daily`; throws on anything else. */
export function createCronCalendar(expression: string, timezone?: string): CronCalendar {
  const cron = new Cron(expression, { paused: true, ...(timezone && { timezone }) });
  return {
    next(after) {
      // croner works in whole seconds and includes a start that is one; we want strictly later.
      const found = cron.nextRun(new Date(after));
      return found === null ? undefined : found.getTime();
    },
  };
}
