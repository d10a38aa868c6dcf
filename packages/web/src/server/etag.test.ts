import { expect, test } from "vitest";
import { hasEtag, toEtag } from "./etag.ts";

test("another version has another tag, which tells nothing", () => {
  const etag = toEtag("node-4711/1/9/running");
  expect(etag).toMatch(/^W\/"[\w-]{22}"$/);
  expect(toEtag("node-4711/1/9/running")).toBe(etag);
  expect(toEtag("node-4711/1/10/running")).not.toBe(etag);
});

test.each([
  ['W/"a"', true],
  ['W/"b", W/"a"', true],
  ['"x",W/"a" ', true],
  [undefined, false],
  ["", false],
  ['"a"', false],
  ['W/"ab"', false],
])("%j has it: %s", (header, expected) => {
  expect(hasEtag(header, 'W/"a"')).toBe(expected);
});
