import { total, type UsageKey, type UsageSum } from "../sum-usage.ts";
import { formatCost } from "../terminal/format.ts";
import type { Output } from "../terminal/output.ts";
import { type Column, renderTable } from "../terminal/table.ts";
import { tableLook } from "./table-look.ts";

/** A table of usage with its total. */
export function renderUsage(
  sums: readonly UsageSum[],
  { by, output }: { readonly by: UsageKey; readonly output: Output },
): string {
  const count = (
    title: string,
    of: Exclude<keyof UsageSum, "name" | "costUsd">,
  ): Column<UsageSum> => ({
    title,
    value: (row) => row[of].toLocaleString("en-US"),
    align: "right",
  });
  const columns: readonly Column<UsageSum>[] = [
    { title: by.toUpperCase(), value: (row) => row.name, shrinks: true },
    count("INPUT", "inputTokens"),
    count("OUTPUT", "outputTokens"),
    { ...count("CACHE READ", "cacheReadTokens"), optional: true },
    { ...count("CACHE WRITE", "cacheCreationTokens"), optional: true },
    { title: "COST", value: (row) => formatCost(row.costUsd), align: "right" },
  ];
  const rows = sums.length > 1 ? [...sums, { name: "total", ...total(sums) }] : sums;
  return renderTable(columns, rows, tableLook(output));
}
