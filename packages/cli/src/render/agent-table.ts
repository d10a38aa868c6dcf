import type { AgentInfo, QueueInfo, ScheduleInfo } from "@herdctl/core";
import { formatRelative } from "../terminal/format.ts";
import type { Output } from "../terminal/output.ts";
import { type Column, renderTable } from "../terminal/table.ts";

interface TableOptions {
  readonly output: Output;
  readonly now: number;
}

/** A table of agents. */
export function renderAgents(agents: readonly AgentInfo[], { output, now }: TableOptions): string {
  const columns: readonly Column<AgentInfo>[] = [
    { title: "AGENT", value: (agent) => agent.name },
    {
      title: "STATE",
      value: (agent) => agent.state,
      style: (cell, agent) => output.style(agent.state === "running" ? "cyan" : "dim", cell),
    },
    { title: "JOBS", value: loadOf },
    {
      title: "NEXT FIRE",
      value: ({ nextTrigger }) => (nextTrigger ? formatRelative(nextTrigger, now) : "–"),
    },
    { title: "NOW OR LAST", value: (agent) => agent.currentJob ?? agent.lastJob ?? "–" },
    { title: "DESCRIPTION", value: (agent) => agent.description ?? "", shrinks: true },
  ];
  return renderTable(columns, agents, tableLook(output));
}

/** A table of schedules with their next fires. */
export function renderSchedules(
  schedules: readonly ScheduleInfo[],
  { output, now }: TableOptions,
): string {
  const columns: readonly Column<ScheduleInfo>[] = [
    { title: "AGENT", value: (schedule) => schedule.agentName },
    { title: "SCHEDULE", value: (schedule) => schedule.name },
    { title: "WHEN", value: whenOf },
    { title: "NEXT FIRE", value: (schedule) => nextOf(schedule, now) },
    {
      title: "LAST FIRE",
      value: ({ lastTrigger }) => (lastTrigger ? formatRelative(lastTrigger, now) : "–"),
    },
    { title: "LAST JOB", value: (schedule) => schedule.lastJob ?? "–" },
  ];
  return renderTable(columns, schedules, tableLook(output));
}

/** A table of queued jobs. */
export function renderQueue({ items }: QueueInfo, { output, now }: TableOptions): string {
  const columns: readonly Column<QueueInfo["items"][number]>[] = [
    { title: "QUEUED JOB", value: (item) => item.jobId },
    { title: "AGENT", value: (item) => item.agentName },
    { title: "PRIORITY", value: (item) => String(item.priority), align: "right" },
    { title: "SINCE", value: (item) => formatRelative(item.queuedAt, now) },
    { title: "WAITS FOR", value: (item) => `a free place of the ${item.waitingFor}` },
  ];
  return renderTable(columns, items, tableLook(output));
}

function tableLook(output: Output): { width: number; title: (text: string) => string } {
  return { width: output.columns, title: (text) => output.style("bold", text) };
}

function loadOf({ concurrency }: AgentInfo): string {
  const { running, limit, queued } = concurrency;
  return `${running}/${limit}${queued > 0 ? ` +${queued} queued` : ""}`;
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
