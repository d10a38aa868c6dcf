import type { Check } from "@herdctl/core";
import { formatCount } from "../terminal/format.ts";
import type { Format, Output } from "../terminal/output.ts";

/** What was found, one thing after the other, each with what to do about it; a count at the end. */
export function renderChecks(checks: readonly Check[], output: Output): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, status, message, remedy }) => {
    const mark = output.style(formats[status], status.padEnd(longestStatus));
    const line = `${mark}  ${name.padEnd(width)}  ${message}`;
    const indent = " ".repeat(longestStatus + width + 4);
    return remedy === undefined ? [line] : [line, `${indent}${output.style("dim", `→ ${remedy}`)}`];
  });
  return [...lines, "", summarize(checks)].join("\n");
}

const longestStatus = "warning".length;
const formats: Readonly<Record<Check["status"], Format>> = {
  ok: "green",
  warning: "yellow",
  problem: "red",
};

function summarize(checks: readonly Check[]): string {
  const count = (status: Check["status"]): number =>
    checks.filter((check) => check.status === status).length;
  const found = `${formatCount(count("problem"), "problem")}, ${formatCount(count("warning"), "warning")}`;
  return count("problem") + count("warning") === 0 ? "Everything is fine." : `${found}.`;
}
