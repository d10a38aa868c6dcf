import { expect, test } from "vitest";
import { fitColumns } from "./fit-columns.ts";

const columns = [
  { natural: 10, shrinks: false, optional: false },
  { natural: 40, shrinks: true, optional: false },
  { natural: 20, shrinks: true, optional: true },
  { natural: 6, shrinks: false, optional: true },
];

test.each([
  [100, [10, 40, 20, 6]],
  [82, [10, 40, 20, 6]],
  [62, [10, 20, 20, 6]],
  [38, [10, 8, 8, 6]],
  [37, [10, 11, 12, 0]],
  [30, [10, 8, 8, 0]],
  [29, [10, 17, 0, 0]],
  [20, [10, 8, 0, 0]],
  [19, [9, 8, 0, 0]],
  [4, [1, 1, 0, 0]],
])("in %d cells, columns take %j", (width, widths) => {
  expect(fitColumns(columns, { width, gap: 2 })).toEqual(widths);
});
