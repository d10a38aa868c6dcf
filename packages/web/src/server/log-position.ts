import type { LogEntry } from "@herdctl/core";

/** Place in the log: the count-th entry of one millisecond. */
interface LogPosition {
  readonly time: number;
  readonly count: number;
}

/** A log entry with the id that a reader resumes after. */
export interface PlacedEntry {
  readonly id: string;
  readonly entry: LogEntry;
}

/**
 * Gives each entry its id, and leaves out what a reader has seen that resumes after `lastId`. Places
 * come from the entries themselves, so that they hold over connections and restarts.
 */
export async function* resumeLog(
  entries: AsyncIterable<LogEntry>,
  lastId?: string,
): AsyncGenerator<PlacedEntry> {
  let seen = lastId === undefined ? undefined : parseId(lastId);
  let place: LogPosition = { time: 0, count: 0 };
  for await (const entry of entries) {
    const time = entry.timestamp.getTime();
    const turnedBack = time < place.time;
    place = time === place.time ? { time, count: place.count + 1 } : { time, count: 1 };
    if (seen && !turnedBack && !isAfter(place, seen)) continue;
    seen = undefined;
    yield { id: `${place.time}-${place.count}`, entry };
  }
}

function parseId(id: string): LogPosition | undefined {
  const [, time, count] = /^(\d{1,15})-(\d{1,9})$/.exec(id) ?? [];
  return time === undefined ? undefined : { time: Number(time), count: Number(count) };
}

function isAfter(place: LogPosition, other: LogPosition): boolean {
  return place.time > other.time || (place.time === other.time && place.count > other.count);
}
