import { parseDuration } from "../../duration.ts";

const minute = 60_000;
const year = 365 * 86_400_000;

/** The instant of a next run, from a duration or a time; throws with words for the agent. */
export function parseNextRun(
  wanted: { readonly in?: string | undefined; readonly at?: string | undefined },
  now: number,
): Date {
  const time = instantOf(wanted, now);
  if (time < now + minute) {
    throw new Error(`The next run must be at least a minute ahead: it is ${iso(now)} now.`);
  }
  if (time > now + year) throw new Error("The next run must be within a year.");
  return new Date(time);
}

function instantOf({ in: after, at }: Parameters<typeof parseNextRun>[0], now: number): number {
  if ((after === undefined) === (at === undefined)) {
    throw new Error("Give either `in` or `at`.");
  }
  if (at !== undefined) return Date.parse(at);
  const duration = parseDuration(after ?? "");
  if (duration === undefined) {
    throw new Error(`"${after}" is no duration. Write numbers with units: 90m, 12h, 2d, 1h30m.`);
  }
  return now + duration;
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
