/** The fixed grid of an interval schedule: `anchor + k · interval`, k = 0, 1, 2 …; milliseconds. */
export interface IntervalGrid {
  readonly anchor: number;
  readonly interval: number;
}

/** First instant of the grid later than `after`; the anchor itself is one. */
export function nextIntervalInstant(grid: IntervalGrid, after: number): number {
  if (after < grid.anchor) return grid.anchor;
  const passed = Math.floor((after - grid.anchor) / grid.interval);
  return grid.anchor + (passed + 1) * grid.interval;
}

/** Last instant of the grid at or before `at`; `undefined` before the anchor. */
export function lastIntervalInstant(grid: IntervalGrid, at: number): number | undefined {
  if (at < grid.anchor) return undefined;
  return grid.anchor + Math.floor((at - grid.anchor) / grid.interval) * grid.interval;
}

/** Number of instants of the grid in `(after, until]`. */
export function countIntervalInstants(grid: IntervalGrid, after: number, until: number): number {
  const first = nextIntervalInstant(grid, after);
  return first > until ? 0 : Math.floor((until - first) / grid.interval) + 1;
}
