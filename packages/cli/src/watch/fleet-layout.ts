import { type AgentInfo, formatDuration, type Job } from "@herdctl/core";
import { formatJobCost } from "../render/job-cost.ts";
import { describeWait, formatOutcome, outcomeFormat } from "../render/outcome.ts";
import { formatCost, formatRelative } from "../terminal/format.ts";
import type { Format } from "../terminal/output.ts";
import type { ScreenLine, ScreenSize } from "../terminal/screen-line.ts";
import { type Column, renderTable } from "../terminal/table.ts";
import type { FleetSnapshot } from "./fleet-snapshot.ts";
import { shareRows } from "./share-rows.ts";
import { agentKey } from "./watch-state.ts";

/** What the screen of the fleet depends on. */
export interface FleetLook {
  readonly size: ScreenSize;
  readonly now: number;
  /** Key of the chosen row. */
  readonly selected: string | undefined;
  /** What a running job said or did last. */
  readonly doing: ReadonlyMap<string, string>;
  /** The last line. */
  readonly footer: ScreenLine;
}

/** The fleet on one screen. */
export function layOutFleet(snapshot: FleetSnapshot, look: FleetLook): readonly ScreenLine[] {
  const { size, footer } = look;
  const sections = [
    currentJobs(snapshot, look),
    endedJobs(snapshot, look),
    agentSection(snapshot, look),
    fireSection(snapshot, look),
  ];
  const head = header(snapshot);
  const shares = shareRows(
    sections.map(({ rows }) => rows.length + 1),
    size.rows - head.length - 1,
  );
  const body = sections.flatMap((item, index) => cutSection(item, shares[index] ?? 0, look));
  const filling = Array.from({ length: size.rows - head.length - body.length - 1 }, () => ({
    text: "",
  }));
  return [...head, ...body, ...filling, footer];
}

interface Row {
  readonly text: string;
  readonly format?: Format;
  /** By which it is chosen. */
  readonly key?: string;
}

interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
}

function header({ status, approvals, costToday }: FleetSnapshot): readonly ScreenLine[] {
  const { name = "fleet", state, uptime, jobs, paused } = status;
  const minutes = Math.floor(uptime / 60_000) * 60_000;
  const cost = [...costToday.values()].reduce((sum, usd) => sum + usd, 0);
  const facts = [
    `${state}${minutes > 0 ? ` for ${formatDuration(minutes)}` : ""}`,
    `${jobs.active} running`,
    ...(jobs.queued > 0 ? [`${jobs.queued} queued`] : []),
    ...(jobs.waiting > 0 ? [`${jobs.waiting} waiting`] : []),
    `${formatCost(cost)} today`,
  ];
  const notices = [
    ...(paused ? ["The fleet is paused: `herdctl resume`"] : []),
    ...(approvals.length > 0 ? [askingOf(approvals.length)] : []),
  ];
  return [
    { text: `${name}  ${facts.join(" · ")}`, format: "bold" },
    ...notices.map((text): ScreenLine => ({ text, format: "yellow" })),
  ];
}

function askingOf(count: number): string {
  return count === 1
    ? "1 request waits for you: press a"
    : `${count} requests wait for you: press a`;
}

interface CurrentJob {
  readonly id: string;
  readonly agentName: string;
  readonly state: string;
  readonly since: string;
  readonly doing: string;
  readonly format?: Format;
}

function currentJobs(
  { running, waiting, queue }: FleetSnapshot,
  { doing, now, size }: FleetLook,
): Section {
  const jobs: readonly CurrentJob[] = [
    ...running.map((job) => ({
      id: job.id,
      agentName: job.agentName,
      state: "running",
      since: sinceOf(job.startedAt, now),
      doing: doing.get(job.id) ?? "",
      format: "cyan" as const,
    })),
    ...waiting.map((job) => ({
      id: job.id,
      agentName: job.agentName,
      state: "waiting",
      since: "",
      doing: `for ${describeWait(job, now)}`,
      format: "yellow" as const,
    })),
    ...queue.items.map((item) => ({
      id: item.jobId,
      agentName: item.agentName,
      state: `queued ${item.position}`,
      since: sinceOf(item.queuedAt, now),
      doing: item.waitingFor === "paused" ? "paused" : `for a place of the ${item.waitingFor}`,
    })),
  ];
  if (jobs.length === 0) {
    return { title: "NOW", rows: [{ text: "no job runs or waits", format: "dim" }] };
  }
  const columns: readonly Column<CurrentJob>[] = [
    { title: "NOW", value: ({ id }) => id },
    { title: "AGENT", value: ({ agentName }) => agentName, shrinks: true },
    { title: "STATE", value: ({ state }) => state },
    { title: "SINCE", value: ({ since }) => since, align: "right", optional: true },
    { title: "DOING", value: ({ doing: what }) => what, shrinks: true },
  ];
  return section(columns, jobs, {
    width: size.columns,
    keyOf: ({ id }) => id,
    formatOf: ({ format }) => format,
  });
}

function sinceOf(instant: Date | undefined, now: number): string {
  if (!instant) return "";
  const seconds = Math.max(0, Math.floor((now - instant.getTime()) / 1_000));
  return seconds === 0 ? "" : formatDuration(seconds * 1_000);
}

function endedJobs({ ended }: FleetSnapshot, { now, size }: FleetLook): Section {
  const columns: readonly Column<Job>[] = [
    { title: "ENDED", value: ({ id }) => id },
    { title: "AGENT", value: ({ agentName }) => agentName, shrinks: true },
    { title: "OUTCOME", value: formatOutcome, shrinks: true },
    {
      title: "WHEN",
      value: ({ completedAt }) => (completedAt ? formatRelative(completedAt, now) : ""),
      optional: true,
    },
    {
      title: "TOOK",
      value: ({ durationMs }) => (durationMs === undefined ? "" : formatDuration(durationMs)),
      align: "right",
      optional: true,
    },
    {
      title: "COST",
      value: ({ result }) => (result ? (formatJobCost(result) ?? "–") : ""),
      align: "right",
      optional: true,
    },
  ];
  return section(columns, ended, {
    width: size.columns,
    keyOf: ({ id }) => id,
    formatOf: outcomeFormat,
  });
}

function agentSection({ agents, costToday }: FleetSnapshot, { size }: FleetLook): Section {
  const columns: readonly Column<AgentInfo>[] = [
    { title: "AGENTS", value: ({ name }) => name, shrinks: true },
    { title: "STATE", value: ({ state, paused }) => (paused ? `${state}, paused` : state) },
    {
      title: "JOBS",
      value: ({ concurrency: { running, limit, queued } }) =>
        `${running}/${limit}${queued > 0 ? ` +${queued}` : ""}`,
    },
    {
      title: "TODAY",
      value: ({ name }) => formatCost(costToday.get(name) ?? 0),
      align: "right",
      optional: true,
    },
    {
      title: "DESCRIPTION",
      value: ({ description = "" }) => description,
      shrinks: true,
      optional: true,
    },
  ];
  return section(columns, agents, {
    width: size.columns,
    keyOf: ({ name }) => agentKey(name),
    formatOf: ({ paused }) => (paused ? "yellow" : undefined),
  });
}

function fireSection({ schedules }: FleetSnapshot, { now, size }: FleetLook): Section {
  type Schedule = FleetSnapshot["schedules"][number];
  const columns: readonly Column<Schedule>[] = [
    {
      title: "NEXT FIRES",
      value: ({ nextTrigger }) => (nextTrigger ? formatRelative(nextTrigger, now) : ""),
    },
    { title: "AGENT", value: ({ agentName }) => agentName, shrinks: true },
    { title: "SCHEDULE", value: ({ name }) => name, shrinks: true },
  ];
  return section(columns, schedules, { width: size.columns });
}

function section<Item>(
  columns: readonly Column<Item>[],
  items: readonly Item[],
  { width, keyOf, formatOf }: SectionLook<Item>,
): Section {
  const [title = "", ...texts] = renderTable(columns, items, { width }).split("\n");
  const rows = items.map((item, index): Row => {
    const format = formatOf?.(item);
    return {
      text: texts[index] ?? "",
      ...(format !== undefined && { format }),
      ...(keyOf && { key: keyOf(item) }),
    };
  });
  return { title, rows };
}

interface SectionLook<Item> {
  readonly width: number;
  readonly keyOf?: (item: Item) => string;
  readonly formatOf?: (item: Item) => Format | undefined;
}

/** The part of a section around its chosen row that fits, and how many rows do not. */
function cutSection(
  { title, rows }: Section,
  share: number,
  { selected, size }: FleetLook,
): readonly ScreenLine[] {
  if (share === 0) return [];
  const places = share - 1;
  const isCut = rows.length > places;
  const shown = isCut ? places - 1 : places;
  const chosen = rows.findIndex(({ key }) => key !== undefined && key === selected);
  const first = Math.max(0, Math.min(chosen - shown + 1, rows.length - shown));
  const lines = rows.slice(first, first + shown).map(({ text, format, key }): ScreenLine => {
    if (key !== undefined && key === selected) {
      return { text: text.padEnd(size.columns), format: "inverse" };
    }
    return format === undefined ? { text } : { text, format };
  });
  const more: readonly ScreenLine[] = isCut
    ? [{ text: `… ${rows.length - shown} more`, format: "dim" }]
    : [];
  return [{ text: title, format: "underline" }, ...lines, ...more];
}
