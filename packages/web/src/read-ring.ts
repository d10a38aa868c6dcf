import { randomBytes } from "node:crypto";
import type { Gap, Ring } from "./ring.ts";

/** A ring whose events have ids, by which a reader goes on where it was. */
export interface NamedRing<Event> {
  readonly ring: Pick<Ring<Event>, "last" | "readAfter">;
  /** Places mean nothing to another ring: its ids begin differently. */
  readonly epoch: string;
}

/** Where to begin. */
export interface ReadOptions {
  /** Id of the last event that the reader has seen. */
  readonly after?: string | undefined;
  /** Place to begin after, without that. */
  readonly from: number;
  readonly signal: AbortSignal | undefined;
}

/** Events of a ring with their ids, and the id of the place before the first. */
export interface RingReading<Event> {
  readonly startId: string;
  readonly events: AsyncIterable<{ readonly id: string; readonly event: Event | Gap }>;
}

/** Begins ids that no other ring has. */
export function newEpoch(): string {
  return randomBytes(4).toString("hex");
}

/** The id of the newest event. */
export function lastIdOf({ ring, epoch }: NamedRing<unknown>): string {
  return `${epoch}-${ring.last}`;
}

/** Reads a ring from a place on; whoever comes with an id of another ring begins with a gap. */
export function readRing<Event>(
  named: NamedRing<Event>,
  { after, from, signal }: ReadOptions,
): RingReading<Event> {
  const { ring, epoch } = named;
  const seen = after === undefined ? from : placeIn(epoch, after);
  const start = Math.min(seen ?? from, ring.last);
  const events = withIds(named, { start, lost: seen === undefined, signal });
  return { startId: `${epoch}-${start}`, events };
}

interface Start {
  readonly start: number;
  /** What the reader missed before `start` is unknown. */
  readonly lost: boolean;
  readonly signal: AbortSignal | undefined;
}

async function* withIds<Event>(
  { ring, epoch }: NamedRing<Event>,
  { start, lost, signal }: Start,
): AsyncGenerator<{ readonly id: string; readonly event: Event | Gap }> {
  if (lost) yield { id: `${epoch}-${start}`, event: { type: "gap" } };
  for await (const { seq, event } of ring.readAfter(start, signal)) {
    yield { id: `${epoch}-${seq}`, event };
  }
}

/** Place of an event id of this epoch. */
function placeIn(epoch: string, id: string): number | undefined {
  const [, of, seq] = /^([0-9a-f]{8})-(\d{1,15})$/.exec(id) ?? [];
  return of === epoch ? Number(seq) : undefined;
}
