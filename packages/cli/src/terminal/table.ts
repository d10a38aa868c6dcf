import { plainText } from "@herdctl/core";
import { fitColumns } from "./fit-columns.ts";
import { truncate, widthOf } from "./width.ts";

/** A column of a table. */
export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  /** Colours a cell that has its final width. */
  readonly style?: (cell: string, row: Row) => string;
  readonly align?: "right";
  /** Gives way when the table is too wide. */
  readonly shrinks?: boolean;
  /** Goes when that is not enough. */
  readonly optional?: boolean;
}

const gap = "  ";

/** Lays rows out in columns that fit into `width` cells; the last column is not padded. */
export function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  {
    width,
    title = (text) => text,
  }: { readonly width: number; readonly title?: (text: string) => string },
): string {
  const all = columns.map((column) => {
    const cells = rows.map((row) => oneLine(column.value(row)));
    return { ...column, cells, natural: Math.max(...[column.title, ...cells].map(widthOf)) };
  });
  const widths = fitColumns(
    all.map(({ natural, shrinks = false, optional = false }) => ({ natural, shrinks, optional })),
    { width, gap: gap.length },
  );
  const shown = all.flatMap((column, index) => {
    const size = widths[index] ?? 0;
    return size > 0 ? [{ ...column, size }] : [];
  });
  const lay = (textOf: (column: (typeof shown)[number], isLast: boolean) => string): string =>
    shown
      .map((column, index) => textOf(column, index === shown.length - 1))
      .join(gap)
      .trimEnd();
  const cellOf = (text: string, column: (typeof shown)[number], isLast: boolean): string => {
    const padded = pad(text, column.size, column.align);
    return isLast ? padded.trimEnd() : padded;
  };
  return [
    title(lay((column, isLast) => cellOf(column.title, column, isLast))),
    ...rows.map((row, line) =>
      lay((column, isLast) => {
        const cell = cellOf(column.cells[line] ?? "", column, isLast);
        return column.style ? column.style(cell, row) : cell;
      }),
    ),
  ].join("\n");
}

function pad(text: string, width: number, align: "right" | undefined): string {
  const cut = truncate(text, width);
  const space = " ".repeat(Math.max(0, width - widthOf(cut)));
  return align === "right" ? space + cut : cut + space;
}

// What is not shown must not count as width.
function oneLine(text: string): string {
  return plainText(text).replaceAll(/\s+/g, " ").trim();
}
