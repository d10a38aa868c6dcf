import type { ScheduleInfo } from "@herdctl/core";
import { formatRelative } from "../terminal/format.ts";
import { type Column, renderTable } from "../terminal/table.ts";
import { type TableOptions, tableLook } from "./table-look.ts";

/** A table of schedules with their next fires. */
export function renderSchedules(
  schedules: readonly ScheduleInfo[],
  { output, now }: TableOptions,
): string {
  const columns: readonly Column<ScheduleInfo>[] = [
    { title: "AGENT", value: (schedule) => schedule.agentName, shrinks: true },
    { title: "SCHEDULE", value: (schedule) => schedule.name, shrinks: true },
    { title: "WHEN", value: whenOf, shrinks: true },
    { title: "NEXT FIRE", value: (schedule) => nextOf(schedule, now) },
    {
      title: "LAST FIRE",
      value: ({ lastTrigger }) => (lastTrigger ? formatRelative(lastTrigger, now) : "–"),
      optional: true,
    },
    { title: "LAST JOB", value: (schedule) => schedule.lastJob ?? "–", optional: true },
  ];
  return renderTable(columns, schedules, tableLook(output));
}

function whenOf({ type, interval, timezone }: ScheduleInfo): string {
  const zone = timezone === undefined ? "" : ` (${timezone})`;
  if (interval === undefined) return type;
  return type === "interval" ? `every ${interval}` : `${interval}${zone}`;
}

function nextOf({ enabled, nextTrigger }: ScheduleInfo, now: number): string {
  if (!enabled) return "disabled";
  return nextTrigger ? formatRelative(nextTrigger, now) : "–";
}
