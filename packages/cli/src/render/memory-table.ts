import type { MemoryInfo } from "@herdctl/core";
import { formatRelative } from "../terminal/format.ts";
import { type Column, renderTable } from "../terminal/table.ts";
import { type TableOptions, tableLook } from "./table-look.ts";

/** A table of what an agent remembers, with the beginning of each text. */
export function renderMemory(memory: readonly MemoryInfo[], { output, now }: TableOptions): string {
  const columns: readonly Column<MemoryInfo>[] = [
    { title: "KEY", value: ({ key }) => key, shrinks: true },
    {
      title: "SINCE",
      value: ({ updatedAt }) => formatRelative(updatedAt, now),
      optional: true,
    },
    { title: "TEXT", value: ({ text }) => text.replaceAll(/\s+/g, " ").trim(), shrinks: true },
  ];
  return renderTable(columns, memory, tableLook(output));
}
