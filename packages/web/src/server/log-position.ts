import type { LogEntry, LogStreamOptions } from "@herdctl/core";

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

/** What to read for a reader that resumes after `lastId`: whole history where that is no place in the log. */
export function resumeOptions(options: LogStreamOptions, lastId?: string): LogStreamOptions {
  if (lastId === undefined) return options;
  const { tail: _seen, ...wanted } = options;
  const seen = /^\d{1,15}$/.test(lastId) ? Number(lastId) : 0;
  return { ...wanted, fromSeq: Math.max(wanted.fromSeq ?? 1, seen + 1) };
}

/**
 * Gives each entry its id, and leaves out what a reader has seen that resumes after `lastId`: its place
 * in the log, or the time of one that could not be written. Both hold over connections and restarts.
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
    yield { id: entry.seq === undefined ? `${place.time}-${place.count}` : `${entry.seq}`, entry };
  }
}

function parseId(id: string): LogPosition | undefined {
  const [, time, count] = /^(\d{1,15})-(\d{1,9})$/.exec(id) ?? [];
  return time === undefined ? undefined : { time: Number(time), count: Number(count) };
}

function isAfter(place: LogPosition, other: LogPosition): boolean {
  return place.time > other.time || (place.time === other.time && place.count > other.count);
}
