import { describeSource, type InstalledAgentInfo } from "@herdctl/core";
import { formatRelative } from "../terminal/format.ts";
import { type Column, renderTable } from "../terminal/table.ts";
import { type TableOptions, tableLook } from "./table-look.ts";

/** A table of the agents from elsewhere. */
export function renderInstalled(
  agents: readonly InstalledAgentInfo[],
  { output, now }: TableOptions,
): string {
  const columns: readonly Column<InstalledAgentInfo>[] = [
    { title: "AGENT", value: ({ name }) => name, shrinks: true },
    { title: "FILES", value: filesOf },
    { title: "COMMIT", value: ({ commit = "–" }) => commit.slice(0, 12), optional: true },
    {
      title: "ADDED",
      value: ({ installedAt }) => formatRelative(installedAt, now),
      optional: true,
    },
    { title: "FROM", value: ({ source }) => describeSource(source), shrinks: true, optional: true },
  ];
  return renderTable(columns, agents, tableLook(output));
}

function filesOf({ files }: InstalledAgentInfo): string {
  const states = Object.values(files);
  const count = states.filter((state) => state !== "unchanged").length;
  return count === 0 ? "unchanged" : `${count} of ${states.length} changed`;
}
