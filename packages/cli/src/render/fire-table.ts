import type { ScheduleFire } from "@herdctl/core";
import { formatInstant, formatRelative, formatTime } from "../terminal/format.ts";
import type { Format } from "../terminal/output.ts";
import { type Column, renderTable } from "../terminal/table.ts";
import { type TableOptions, tableLook } from "./table-look.ts";

/** An instant at which a schedule will fire. */
export interface ComingFire {
  readonly agentName: string;
  readonly scheduleName: string;
  readonly at: Date;
}

/** A table of fires to come. */
export function renderComingFires(
  fires: readonly ComingFire[],
  { output, now }: TableOptions,
): string {
  const columns: readonly Column<ComingFire>[] = [
    { title: "FIRES AT", value: (fire) => formatInstant(fire.at) },
    {
      title: "IN",
      value: (fire) => formatRelative(fire.at, now).replace(/^in /, ""),
      optional: true,
    },
    { title: "AGENT", value: (fire) => fire.agentName, shrinks: true },
    { title: "SCHEDULE", value: (fire) => fire.scheduleName, shrinks: true },
  ];
  return renderTable(columns, fires, tableLook(output));
}

/** A table of due instants with what became of them. */
export function renderFires(fires: readonly ScheduleFire[], { output }: TableOptions): string {
  const columns: readonly Column<ScheduleFire>[] = [
    { title: "DUE AT", value: dueOf },
    { title: "AGENT", value: (fire) => fire.agentName, shrinks: true },
    { title: "SCHEDULE", value: (fire) => fire.scheduleName, shrinks: true },
    {
      title: "FATE",
      value: fateOf,
      style: (cell, fire) => output.style(formats[fire.fate], cell),
      shrinks: true,
    },
    { title: "JOB", value: (fire) => fire.jobId ?? "–", optional: true },
  ];
  return renderTable(columns, fires, tableLook(output));
}

const formats: Readonly<Record<ScheduleFire["fate"], Format>> = {
  deciding: "cyan",
  fired: "green",
  skipped: "dim",
  missed: "yellow",
};

function dueOf({ dueAt, until }: ScheduleFire): string {
  const from = formatInstant(dueAt);
  if (!until) return from;
  const isSameDay = from.split(" ")[0] === formatInstant(until).split(" ")[0];
  return `${from} … ${isSameDay ? formatTime(until) : formatInstant(until)}`;
}

function fateOf({ fate, reason, count }: ScheduleFire): string {
  const why = reason === undefined ? "" : `: ${reason}`;
  return `${fate}${why}${count > 1 ? ` (${count} times)` : ""}`;
}
