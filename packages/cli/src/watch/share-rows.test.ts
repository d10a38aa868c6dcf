import { expect, test } from "vitest";
import { shareRows } from "./share-rows.ts";

test.each([
  [[4, 13, 4, 2], 40, [4, 13, 4, 2]],
  [[4, 13, 4, 2], 16, [4, 7, 3, 2]],
  [[4, 13, 4, 2], 22, [4, 12, 4, 2]],
  [[4, 13, 4, 2], 8, [3, 3, 0, 2]],
  [[4, 13, 4, 2], 5, [3, 0, 0, 2]],
  [[4, 13, 4, 2], 2, [0, 0, 0, 2]],
  [[2, 1, 4, 1], 20, [2, 0, 4, 0]],
])("sections that wish for %j have of %d rows %j", (wishes, available, shares) => {
  expect(shareRows(wishes, available)).toEqual(shares);
});
