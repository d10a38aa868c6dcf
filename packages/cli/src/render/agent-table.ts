import type { AgentInfo } from "@herdctl/core";
import { formatRelative } from "../terminal/format.ts";
import type { Format } from "../terminal/output.ts";
import { type Column, renderTable } from "../terminal/table.ts";
import { type TableOptions, tableLook } from "./table-look.ts";

/** A table of agents. */
export function renderAgents(agents: readonly AgentInfo[], { output, now }: TableOptions): string {
  const columns: readonly Column<AgentInfo>[] = [
    { title: "AGENT", value: (agent) => agent.name, shrinks: true },
    {
      title: "STATE",
      value: stateOf,
      style: (cell, agent) => output.style(formatOf(agent), cell),
    },
    { title: "JOBS", value: loadOf },
    {
      title: "NEXT FIRE",
      value: ({ nextTrigger }) => (nextTrigger ? formatRelative(nextTrigger, now) : "–"),
      optional: true,
    },
    {
      title: "NOW OR LAST",
      value: (agent) => agent.currentJob ?? agent.lastJob ?? "–",
      optional: true,
    },
    {
      title: "DESCRIPTION",
      value: (agent) => agent.description ?? "",
      shrinks: true,
      optional: true,
    },
  ];
  return renderTable(columns, agents, tableLook(output));
}

function loadOf({ concurrency }: AgentInfo): string {
  const { running, limit, queued } = concurrency;
  return `${running}/${limit}${queued > 0 ? ` +${queued} queued` : ""}`;
}

function stateOf({ state, paused }: AgentInfo): string {
  if (!paused) return state;
  return state === "running" ? "running, paused" : "paused";
}

function formatOf({ state, paused }: AgentInfo): Format {
  if (paused) return "yellow";
  return state === "running" ? "cyan" : "dim";
}
