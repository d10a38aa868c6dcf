import type { Clock } from "../clock.ts";
import type { ScheduleRecord } from "../state/schedule-store.ts";
import type { FireRecord, StateStore } from "../state/store.ts";
import type { ScheduleEntry } from "./schedule-entry.ts";

/** Where a schedule stands in time. */
export interface Place {
  readonly anchor: number;
  readonly era: number;
  /** Last instant that has a row, if one has. */
  readonly last: number | undefined;
  /** The clock was set back so far that the instants began anew. */
  readonly clockChanged: boolean;
}

// The expression of a schedule that does not fire: switched on again, it starts anew.
const offTiming = "off";

/**
 * Finds where an active schedule stands. Its anchor persists: a restart or a manual trigger does not
 * move it. A new expression, being switched on, and a clock that was set back do.
 */
export async function placeSchedule(
  { store, clock }: { readonly store: StateStore; readonly clock: Clock },
  entry: ScheduleEntry,
): Promise<Place> {
  const { agentName, schedule } = entry;
  const names = { agentName, scheduleName: schedule.name };
  const stored = store.schedules.get(agentName, schedule.name);
  const last = lastInstant(store.fires.last(agentName, schedule.name), stored);
  const planned = planAnchor({ entry, stored, last, now: clock.now() });
  if (!planned) return { ...placeOf(stored), last, clockChanged: false };
  const { clockChanged, ...change } = planned;
  const held = await store.schedules.anchor({ ...names, ...change }, stored);
  const place = placeOf(held);
  return { ...place, last: place.era === (stored?.era ?? 0) ? last : undefined, clockChanged };
}

/** Remembers of a schedule that does not fire that it was off: what passes meanwhile is not missed. */
export async function placeInactive(
  { store, clock }: { readonly store: StateStore; readonly clock: Clock },
  { agentName, schedule }: ScheduleEntry,
): Promise<void> {
  const stored = store.schedules.get(agentName, schedule.name);
  if (stored?.anchor === undefined || stored.expression === offTiming) return;
  const anchor = new Date(clock.now()).toISOString();
  const scheduleName = schedule.name;
  await store.schedules.anchor({ agentName, scheduleName, anchor, expression: offTiming }, stored);
}

/** Tells whether the clock was set back by more than the interval since `instant`. */
export function isClockBehind({ schedule }: ScheduleEntry, instant: number, now: number): boolean {
  return schedule.interval !== undefined && instant - now > schedule.interval;
}

interface Planned {
  readonly anchor: string;
  readonly expression: string;
  readonly era?: number;
  readonly clockChanged: boolean;
}

function planAnchor(of: {
  readonly entry: ScheduleEntry;
  readonly stored: ScheduleRecord | undefined;
  readonly last: number | undefined;
  readonly now: number;
}): Planned | undefined {
  const { entry, stored, last, now } = of;
  const { interval = 0 } = entry.schedule;
  const expression = timingOf(entry);
  const anchor = stored?.anchor === undefined ? undefined : Date.parse(stored.anchor);
  const clockChanged = isClockBehind(entry, Math.max(last ?? 0, anchor ?? 0), now);
  if (clockChanged) {
    return { anchor: toIso(now), expression, era: (stored?.era ?? 0) + 1, clockChanged };
  }
  // A calendar has no anchor but "not before"; its last instant is never repeated anyway.
  const isAhead = entry.schedule.type === "cron" && anchor !== undefined && anchor > now;
  if (stored?.expression === expression && anchor !== undefined && !isAhead) return undefined;
  // Not sooner than one interval after its last fire.
  const next = last === undefined || interval === 0 ? now : Math.max(now, last + interval);
  return { anchor: toIso(next), expression, clockChanged };
}

function timingOf({ schedule }: ScheduleEntry): string {
  return `${schedule.type} ${schedule.expression ?? ""} ${schedule.timezone ?? ""}`.trim();
}

// Rows of an earlier era say nothing about the instants of this one.
function lastInstant(
  fire: FireRecord | undefined,
  stored: ScheduleRecord | undefined,
): number | undefined {
  if (!fire || (fire.era ?? 0) !== (stored?.era ?? 0)) return undefined;
  return Date.parse(fire.until ?? fire.dueAt);
}

function placeOf(record: ScheduleRecord | undefined): { anchor: number; era: number } {
  return { anchor: Date.parse(record?.anchor ?? ""), era: record?.era ?? 0 };
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
