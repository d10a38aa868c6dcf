import { keyOf, type ScheduleEntry } from "./schedule-entry.ts";
import { createTimetable } from "./timetable.ts";

/** The next `count` instants at which a schedule fires, jitter included; none where none are known. */
export function previewSchedule(
  entry: ScheduleEntry,
  {
    anchor,
    after,
    count,
  }: { readonly anchor: number; readonly after: number; readonly count: number },
): readonly Date[] {
  const timetable = createTimetable(entry.schedule, { key: keyOf(entry), anchor });
  const found: Date[] = [];
  let next = timetable?.next(after);
  while (timetable && next !== undefined && found.length < count) {
    found.push(new Date(timetable.fireTime(next)));
    next = timetable.next(next);
  }
  return found;
}
