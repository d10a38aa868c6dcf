/** A column that wants a width, and how it gives way. */
export interface FittingColumn {
  readonly natural: number;
  /** Gives way first, down to a width that still says something. */
  readonly shrinks: boolean;
  /** Goes, when that is not enough. */
  readonly optional: boolean;
}

const narrowest = 8;

/** Widths of columns that share `width` cells, with `gap` between them; 0 for one that had to go. */
export function fitColumns(
  columns: readonly FittingColumn[],
  { width, gap }: { readonly width: number; readonly gap: number },
): readonly number[] {
  const widths = columns.map(({ natural }) => natural);
  for (;;) {
    shrink(widths, { columns, width, gap, least: narrowest });
    if (excessOf(widths, width, gap) <= 0) return widths;
    const last = columns.findLastIndex(({ optional }, index) => optional && widths[index] !== 0);
    if (last < 0) break;
    // Those that stay may have what they had given up for it.
    for (const [index, { natural }] of columns.entries()) {
      if (widths[index] !== 0) widths[index] = natural;
    }
    widths[last] = 0;
  }
  const all = columns.map((column) => ({ ...column, shrinks: true }));
  shrink(widths, { columns: all, width, gap, least: 1 });
  return widths;
}

/** Takes from the widest column that may shrink, until they fit or none is left. */
function shrink(
  widths: number[],
  {
    columns,
    width,
    gap,
    least,
  }: {
    readonly columns: readonly FittingColumn[];
    readonly width: number;
    readonly gap: number;
    readonly least: number;
  },
): void {
  for (let excess = excessOf(widths, width, gap); excess > 0; excess--) {
    let widest = -1;
    for (const [index, { shrinks }] of columns.entries()) {
      const size = widths[index] ?? 0;
      if (shrinks && size > least && size > (widths[widest] ?? 0)) widest = index;
    }
    if (widest < 0) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
}

function excessOf(widths: readonly number[], width: number, gap: number): number {
  const shown = widths.filter((size) => size > 0);
  return shown.reduce((sum, size) => sum + size, gap * (shown.length - 1)) - width;
}
