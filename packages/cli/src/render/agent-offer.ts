import {
  type AgentPreview,
  type Demand,
  describeSource,
  type InstalledAgentDetails,
} from "@herdctl/core";
import { formatCount, formatInstant, formatSize } from "../terminal/format.ts";
import type { Output } from "../terminal/output.ts";
import { visible } from "../terminal/visible.ts";
import { wrap } from "../terminal/width.ts";

/** An agent that could be added: where it comes from, its files, and what it asks for. */
export function renderOffer(offer: AgentPreview, output: Output): string {
  const { name, description, source, commit, folder, files, demands } = offer;
  const size = files.reduce((sum, file) => sum + file.size, 0);
  return lines(output, name, description, [
    ["from", describeSource(source)],
    ...commitRows(commit),
    ["into", `${folder}: ${formatCount(files.length, "file")}, ${formatSize(size)}`],
    ...files.map(({ path, executable }) => ["", `${path}${executable ? " (executable)" : ""}`]),
    ...demandRows(demands),
  ]);
}

/** An agent that was added, as it is now. */
export function renderInstalledAgent(agent: InstalledAgentDetails, output: Output): string {
  const { name, description, source, commit, folder, files, installedAt, demands } = agent;
  return lines(output, name, description, [
    ["from", describeSource(source)],
    ...commitRows(commit),
    ["added", formatInstant(installedAt)],
    ["in", folder],
    ...Object.entries(files).map(([path, state]) => [
      "",
      state === "unchanged" ? path : `${path} (${state})`,
    ]),
    ...(demands ? demandRows(demands) : [["note", "the fleet file does not refer to it"]]),
  ]);
}

type Row = readonly string[];

function commitRows(commit: string | undefined): readonly Row[] {
  return commit === undefined ? [] : [["commit", commit]];
}

/** The kind stands once, before the first of its texts. */
function demandRows(demands: readonly Demand[]): readonly Row[] {
  return demands.map(({ kind, text }, index) => [
    demands[index - 1]?.kind === kind ? "" : kind,
    text,
  ]);
}

const labelWidth = "instructions".length;

function lines(
  output: Output,
  name: string,
  description: string | undefined,
  rows: readonly Row[],
): string {
  const about =
    description === undefined ? "" : `  ${visible(description).replaceAll(/\s+/g, " ")}`;
  const indent = labelWidth + 4;
  const width = Math.max(output.columns - indent, 20);
  const shown = rows.map(([label = "", text = ""]) => {
    // Broken here: where a terminal breaks a line, it could look like another row.
    const whole = visible(text)
      .trimEnd()
      .split("\n")
      .flatMap((line) => wrap(line, width))
      .join(`\n${" ".repeat(indent)}`);
    return `  ${output.style("dim", label.padEnd(labelWidth))}  ${whole}`;
  });
  return [`${output.style("bold", name)}${about}`, ...shown].join("\n");
}
