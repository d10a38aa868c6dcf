import { plainText } from "@herdctl/core";

/** A column of a table. */
export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
  /** Colours a cell that has its final width. */
  readonly style?: (cell: string, row: Row) => string;
  readonly align?: "right";
  /** Gives way when the table is too wide. */
  readonly shrinks?: boolean;
}

const gap = "  ";
const narrowest = 8;

/** Lays rows out in columns that fit into `width` characters; the last column is not padded. */
export function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  {
    width,
    title = (text) => text,
  }: { readonly width: number; readonly title?: (text: string) => string },
): string {
  const cells = rows.map((row) => columns.map((column) => oneLine(column.value(row))));
  const natural = columns.map((column, index) =>
    Math.max(lengthOf(column.title), ...cells.map((row) => lengthOf(row[index] ?? ""))),
  );
  const widths = fit(columns, natural, width);
  const lay = (texts: readonly string[], paint: (cell: string, index: number) => string): string =>
    texts
      .map((text, index) => {
        const padded = pad(text, widths[index] ?? 0, columns[index]?.align);
        return paint(index === texts.length - 1 ? padded.trimEnd() : padded, index);
      })
      .join(gap)
      .trimEnd();
  return [
    title(
      lay(
        columns.map((column) => column.title),
        (cell) => cell,
      ),
    ),
    ...cells.map((texts, line) =>
      lay(texts, (cell, index) => {
        const row = rows[line];
        const style = columns[index]?.style;
        return style && row !== undefined ? style(cell, row) : cell;
      }),
    ),
  ].join("\n");
}

/** Takes width from the widest column that may shrink, until the table fits or none is left. */
function fit<Row>(
  columns: readonly Column<Row>[],
  natural: readonly number[],
  width: number,
): number[] {
  const widths = [...natural];
  const gaps = gap.length * (columns.length - 1);
  let excess = widths.reduce((sum, size) => sum + size, gaps) - width;
  while (excess > 0) {
    let widest = -1;
    for (const [index, column] of columns.entries()) {
      const size = widths[index] ?? 0;
      if (column.shrinks && size > narrowest && size > (widths[widest] ?? 0)) widest = index;
    }
    if (widest < 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}

function pad(text: string, width: number, align: "right" | undefined): string {
  const cut = truncate(text, width);
  const space = " ".repeat(Math.max(0, width - lengthOf(cut)));
  return align === "right" ? space + cut : cut + space;
}

/** `text` in at most `width` characters, with an ellipsis where something is missing. */
export function truncate(text: string, width: number): string {
  const characters = charactersOf(text);
  if (characters.length <= width) return text;
  return `${characters.slice(0, Math.max(0, width - 1)).join("")}…`;
}

// What is not shown must not count as width.
function oneLine(text: string): string {
  return plainText(text).replaceAll(/\s+/g, " ").trim();
}

function lengthOf(text: string): number {
  return charactersOf(text).length;
}

const segmenter = new Intl.Segmenter();

/** What a reader sees as one character each. */
function charactersOf(text: string): readonly string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}
