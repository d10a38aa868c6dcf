import { expect, test } from "vitest";
import { shorten } from "./shorten.ts";

test.each([
  ["", 3, ""],
  ["abc", 3, "abc"],
  ["abcd", 3, "ab…"],
  ["a🙂bc", 3, "a\uFFFD…"],
])("%j in %d characters is %j", (text, longest, expected) => {
  expect(shorten(text, longest)).toBe(expected);
});
