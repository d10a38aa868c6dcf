import { expect, test } from "vitest";
import { truncate, widthOf } from "./width.ts";

test.each([
  ["", 0],
  ["plain", 5],
  ["héllo", 5],
  ["日本", 4],
  ["👩‍👩‍👧 family", 9],
])("%j takes %d cells", (text, cells) => {
  expect(widthOf(text)).toBe(cells);
});

test.each([
  ["héllo", 5, "héllo"],
  ["👩‍👩‍👧 family", 4, "👩‍👩‍👧 …"],
  ["日本語", 4, "日…"],
  ["abcdef", 3, "ab…"],
  ["abc", 0, "…"],
])("%j in %d cells is %j", (text, cells, cut) => {
  expect(truncate(text, cells)).toBe(cut);
});
