import type { FireKey } from "../state/store.ts";
import type { ScheduleEntry } from "./schedule-entry.ts";
import type { Timetable } from "./timetable.ts";

/** An active schedule and how far its instants are decided. */
export interface TimedSchedule {
  readonly entry: ScheduleEntry;
  readonly timetable: Timetable;
  readonly era: number;
  /** Instants up to here have their row. */
  covered: number;
  /** When the next one fires, its jitter included. */
  wakeAt: number | undefined;
}

/** Instants up to `covered` have their row. */
export function setCovered(item: TimedSchedule, covered: number): void {
  item.covered = covered;
  item.wakeAt = wakeTime(item.timetable, covered);
}

/** When the first instant after those that are covered fires. */
export function wakeTime(timetable: Timetable, covered: number): number | undefined {
  const next = timetable.next(covered);
  return next === undefined ? undefined : timetable.fireTime(next);
}

/** The key of an instant in the ledger. */
export function toKey({ entry, era }: TimedSchedule, due: number): FireKey {
  const dueAt = new Date(due).toISOString();
  const names = { agentName: entry.agentName, scheduleName: entry.schedule.name };
  return { ...names, dueAt, ...(era !== 0 && { era }) };
}
